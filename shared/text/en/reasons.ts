/** Reasons of our own inside an error's sentence (errors.ts, Reason). */
export const reasonsEn = {
  'no-answer': 'no answer',
  closed: 'it was closed',
  'closed-here': 'it was ended on this side',
  'closed-there': 'the other side closed the connection',
  'renet-ending': 'renet is ending',
  'renet-ended': 'renet ended with exit code {exitCode}',
  'renet-ended-saying': 'renet ended with exit code {exitCode}: {output}',
  'key-locked': 'it has a passphrase, and no SSH agent runs',
  'key-not-loaded': 'it has a passphrase, and the SSH agent does not hold it',
  'agent-silent': 'it has a passphrase, and the SSH agent does not answer',
  'public-half-needed': 'it has a passphrase, and its public half, {file}.pub, is needed too: {cause}',
  'datastore-relative': 'The datastore "{datastore}" is not an absolute path',
  'machine-incomplete': 'A machine needs an address and a user',
  'not-seconds': '"{delay}" is not a whole number of seconds, at most 3600',
  'too-many-logs': 'Too many logs are open',
};
