/**
 * Returns the text of a Rediaccfile that only starts and stops what the compose files say. `builds`: whether some image is
 * built here, and so can be had from nowhere else.
 */
export function rediaccfileFor(builds: boolean): string {
  const prep = builds
    ? '    renet compose -- pull --ignore-buildable\n    renet compose -- build'
    : '    renet compose -- pull';
  return `#!/bin/bash

prep() {
${prep.replaceAll('\n    ', ' &&\n        ')}
}

up() {
    renet compose -- up -d
}

down() {
    renet compose -- down
}
`;
}
