/** What `adopt` says and asks, in English; part of en/findings.ts. Each question is about one service, which stays as it is. */
export const adoptEn = {
  'adopt-documents': {
    message: '{file} holds several YAML documents, or none; nothing in its folder was changed.',
    next: 'Put the services into one document.',
  },
  'adopt-tags': {
    message: '{file} uses `!reset` or `!override`; nothing in its folder was changed.',
    next: 'Can the files become one, without these tags?',
  },
  'adopt-include': {
    message: '{file} includes other files, which adopt does not change; nothing in its folder was changed.',
    next: 'Can the services stand in one file?',
  },
  'adopt-no-services': {
    message: '{file} has no `services:`, as compose files have since their second version.',
    next: 'Put the services below `services:`, or remove the file.',
  },
  'adopt-two-files': {
    message: '{file} line {line}: "{service}" is written in two files.',
    next: 'Which of the two should say where it listens? Put the service into one file, or change it by hand.',
  },
  'adopt-extends': {
    message: '{file} line {line}: "{service}" extends another service, or is extended.',
    next: 'What should each of the two listen on? Write the services out, or change them by hand.',
  },
  'adopt-network-mode': {
    message: '{file} line {line}: "{service}" uses the network of something else (`network_mode:`).',
    next: 'Can it be on the host’s network, and listen on {address}? Then take `network_mode:` away.',
  },
  'adopt-copies': {
    message: '{file} line {line}: "{service}" runs more than once, or how often is not in the file.',
    next: 'One address can be listened on once: can it run once, or as several services?',
  },
  'adopt-key': {
    message: '{file} line {line}: `{key}` of "{service}" does not go with the host’s network.',
    next: 'Can it be left out?',
  },
  'adopt-name': {
    message:
      '{file} line {line}: others reach "{service}" as "{name}", a name that only a network of Compose’s knows.',
    next: 'Can they say "{service}", or {address}?',
  },
  'adopt-shared': {
    message:
      '{file} line {line}: `{key}` of "{service}" would have to change, and stands where others use it too, or in a form in which it cannot be changed alone.',
    next: 'Write it out for "{service}" (without anchor, alias or merge key, in lines of its own), or change it by hand.',
  },
  'adopt-links': {
    message:
      '{file} line {line}: `links:` of "{service}" gives another service a second name that is in use.',
    next: 'Can the service’s own name be used?',
  },
  'adopt-service-name': {
    message:
      '{file} line {line}: the name "{service}" gives no variable, so the service cannot be told its address.',
    next: 'Can it have a name of letters, digits and dashes?',
  },
  'adopt-healthcheck': {
    message: '{file} line {line}: it is not known where the health check of "{service}" asks.',
    next: 'How does it ask at {address} instead of localhost?',
  },
  'adopt-build': {
    message: '{file} line {line}: "{service}" is built here, and nothing says where it listens.',
    next: 'Which flag or variable makes it listen on {address}? If it listens nowhere, nothing is needed but to take `networks:` and `ports:` away.',
  },
  'adopt-image': {
    message: '{file} line {line}: it is not known where "{service}" ({image}) listens.',
    next: 'Which flag or variable makes it listen on {address}? If it listens nowhere, nothing is needed but to take `networks:` and `ports:` away.',
  },
  'adopt-command': {
    message:
      '{file} line {line}: what "{service}" is started with is not in a form in which its address can be set safely.',
    next: 'Which flag makes it listen on {address}?',
  },
  'adopt-settings': {
    message: '{file} line {line}: a file of its own decides where "{service}" listens.',
    next: 'Which line of that file makes it listen on its own address? Give it {address}, for instance by an environment variable.',
  },
  'adopt-ports': {
    message:
      '{file} line {line}: "{service}" is reached at ports of which it is not known how it listens there.',
    next: 'What makes it listen on {address} at each of them?',
  },
  'adopt-variable': {
    message:
      '{file} line {line}: the variables of "{service}" say where it listens in a way that is not known.',
    next: 'Which of them makes it listen on {address}?',
  },
  'adopt-external-network': {
    message:
      '{file} line {line}: the network "{name}" is made elsewhere; services of other projects that are on it are not in this repository.',
    next: 'If something there is needed, bring it into this repository, or let the repositories reach each other: `rdc repo allow`.',
  },
};

/** The other lines of `renet adopt`. */
export const adoptLinesEn = {
  nothing: '"{name}": no file has to change.',
  preview: 'Nothing was written. To write this: `renet adopt {name} --write`.',
  written: 'Written: {file}.',
};
