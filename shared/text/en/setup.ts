/** The check-list of a machine (setup-machine). */
export const checksEn = {
  systemd: 'systemd',
  cgroup: 'Control groups',
  node: 'Node.js',
  docker: 'Docker command line',
  compose: 'Docker Compose',
  cryptsetup: 'cryptsetup (encrypted volumes)',
  dockerd: 'Docker daemon',
  containerd: 'containerd',
  losetup: 'losetup (loop devices)',
  'mkfs.ext4': 'mkfs.ext4',
  chattr: 'chattr',
  script: 'script (pseudo-terminals)',
  flock: 'flock (locks)',
  stty: 'stty',
  modprobe: 'modprobe (kernel modules)',
  socat: 'socat (joins the agent; without it each connection starts its own, which is slower)',
  dm_crypt: 'Kernel module dm_crypt',
  loop: 'Kernel module loop',
  overlay: 'Kernel module overlay',
  modules: 'Kernel modules loaded at boot',
  agent: 'Agent (renet)',
  configuration: 'Agent configuration',
  datastore: 'Datastore folders',
  autostart: 'Boot and shutdown service',
  resident: 'Agent service',
};

/** The states of a check. */
export const checkStatesEn = { present: 'present', missing: 'missing', unsupported: 'unsupported' };

/** The steps of a set-up, in their order. */
export const setupStepsEn = {
  check: 'Look at the machine',
  packages: 'Install packages',
  agent: 'Install the agent',
  prepare: 'Prepare the datastore and the kernel modules',
  autostart: 'Put the services in place',
  verify: 'Look again',
};
