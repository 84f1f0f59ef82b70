/** The warnings before a person agrees to something that weakens a protection. */
export const securityNotesEn = {
  autostart:
    "Enabling autostart stores a LUKS key file on the server's disk. Anybody with root access to the server can mount the repository without the passphrase. Weigh this against your threat model. Giving the passphrase agrees to it.",
};
