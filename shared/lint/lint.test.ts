import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lintInTurns, lintOwnership, lintRediaccfile } from './lint.ts';

/** Returns the lines of a Rediaccfile that have a sudo-docker finding. */
const linesOf = (text: string) =>
  lintRediaccfile('api/Rediaccfile', text).map((notice) => notice.details.line);

describe('lintRediaccfile', () => {
  it('names the file and the line, once a line', () => {
    const text = '#!/bin/bash\n\nup() {\n    sudo docker ps; sudo docker compose up -d\n}\n';
    expect(lintRediaccfile('api/Rediaccfile', text)).toEqual([
      { code: 'sudo-docker', details: { file: 'api/Rediaccfile', line: 4 } },
    ]);
  });

  it.each([
    'sudo docker compose up -d',
    'sudo docker-compose up -d',
    'sudo renet compose -- up -d',
    'sudo /usr/bin/docker ps',
    '/usr/bin/sudo docker ps',
    'sudo -n docker ps',
    'sudo -u root docker ps',
    'sudo -uEva docker ps',
    'sudo --user=root docker ps',
    'sudo --user root docker ps',
    'sudo -- docker ps',
    'sudo --preserve-env=PATH docker ps',
    'sudo TAG=1 docker ps',
    'sudo env TAG=1 docker ps',
    'sudo nice -n 5 docker ps',
    'DOCKER_HOST=$DOCKER_HOST sudo docker ps',
    'cd api && sudo docker ps',
    'true; sudo docker ps',
    'true || sudo docker ps',
    'docker save x | sudo docker load',
    'sudo docker ps &',
    'x=$(sudo docker ps -q)',
    'echo "running: $(sudo docker ps -q)"',
    'echo `sudo docker ps -q`',
    'diff <(sudo docker ps) old',
    'echo ${x:-$(sudo docker ps)}',
    '(cd api; sudo docker ps)',
    'if sudo docker ps; then :; fi',
    'if true; then sudo docker ps; fi',
    'while ! sudo docker ps; do sleep 1; done',
    'for i in 1 2; do sudo docker ps; done',
    'case $1 in start) sudo docker ps ;; esac',
    'up() { sudo docker ps; }',
    'function up { sudo docker ps; }',
    'time sudo docker ps',
    'timeout 30 sudo docker ps',
    'docker ps -q | xargs -r sudo docker rm',
    '2>/dev/null sudo docker ps',
    '"sudo" docker ps',
    'sudo \\\n  docker ps',
    'echo $((1 << 2)); sudo docker ps',
    'cat <<< x; sudo docker ps',
    'echo a#b; sudo docker ps',
    "echo 'it'\\''s'; sudo docker ps",
    'sudo docker ps\r',
  ])('finds %j', (text) => {
    expect(linesOf(text)).toEqual([1]);
  });

  it.each([
    'docker compose up -d',
    'renet compose -- up -d',
    'sudo -E docker ps',
    'sudo -nE docker ps',
    'sudo -E -u root docker ps',
    'sudo -u root -E docker ps',
    'sudo --preserve-env docker ps',
    'sudo --preserve-env=PATH,DOCKER_HOST docker ps',
    'sudo DOCKER_HOST=$DOCKER_HOST docker ps',
    'sudo env DOCKER_HOST="$DOCKER_HOST" docker ps',
    'sudo docker -H "$DOCKER_HOST" ps',
    'sudo docker --host="$DOCKER_HOST" ps',
    'sudo systemctl restart docker',
    'sudo renet list',
    'sudo -l',
    'sudo; docker ps',
    '# sudo docker ps',
    'docker ps # not sudo docker',
    "echo 'never sudo docker'",
    'echo "never sudo docker"',
    'echo "never \\"sudo docker\\" here"',
    'echo never sudo docker',
    "echo 'two\nsudo docker ps\nlines'",
    "echo $'it\\'s\\nsudo docker'",
    'apt-get install sudo docker',
    'cat <<EOF\nsudo docker ps\nEOF',
    "cat <<-'END' | tee x\n\tsudo docker ps\n\tEND",
    'cat <<A <<B\nsudo docker ps\nA\nsudo docker ps\nB',
    '',
  ])('has nothing against %j', (text) => {
    expect(linesOf(text)).toEqual([]);
  });

  it('counts lines through continuations, strings and here-documents', () => {
    const text = `echo "one
two"
cat <<EOF
sudo docker ps
EOF
echo \\
  three
sudo docker ps
echo $(
  sudo docker ps
)
`;
    expect(linesOf(text)).toEqual([8, 10]);
  });

  it('takes any text, and what was commented out finds nothing', () => {
    const pieces = ['sudo ', 'docker', '\n', '"', "'", '`', '$(', '${', '((', ')', '}', '<<E', 'E\n', '\\'];
    const piece = fc.constantFrom(...pieces, '#', ';', '&', '>', '{ ', 'if ', '|', 'x');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (parts) => {
        const text = parts.join('');
        const last = text.split('\n').length;
        expect(linesOf(text).filter((line) => Number(line) < 1 || Number(line) > last)).toEqual([]);
        expect(linesOf(text.replace(/^/gm, '#'))).toEqual([]);
      }),
    );
  });
});

describe('lintOwnership', () => {
  const owner = { uid: 1000, ownerUid: 1000, groupIsShared: true };
  it.each([
    ['a plain file of the owner', { mode: 0o100644, ...owner }, undefined],
    ["root's", { ...owner, mode: 0o755, uid: 0 }, undefined],
    ['writable by its group', { mode: 0o664, ...owner }, 'g+w'],
    ["writable by its owner's own group", { ...owner, mode: 0o664, groupIsShared: false }, undefined],
    ['writable by all', { mode: 0o666, ...owner }, 'g+w, o+w'],
    ["somebody else's", { ...owner, mode: 0o600, uid: 1001 }, 'uid 1001'],
  ])('%s', (_, facts, who) => {
    const findings =
      who === undefined ? [] : [{ code: 'writable-by-others', details: { file: 'Rediaccfile', who } }];
    expect(lintOwnership('Rediaccfile', facts)).toEqual(findings);
  });
});

describe('lintInTurns', () => {
  it('finds the same as at once, wherever its turns end', async () => {
    const text = Array.from({ length: 3000 }, (_, at) =>
      at % 700 === 0 ? 'x="$(sudo docker ps)"; cat <<END\nsudo docker\nEND\n' : `echo ${at} | tee "a b"\n`,
    ).join('');
    const found = await lintInTurns('Rediaccfile', text, () => Promise.resolve());
    expect(found).toEqual(lintRediaccfile('Rediaccfile', text));
    expect(found.map(({ details }) => details.line)).toEqual([1, 703, 1405, 2107, 2809]);
  });
});
