import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBytes, encodeJson } from '../../shared/protocol/frames.ts';
import { templates } from '../../shared/templates.ts';

const past = join(import.meta.dirname, '../past/0.1.0');
const read = (...path: string[]): Buffer => readFileSync(join(past, ...path));
const templateFiles = (name: string): string[] =>
  Object.values(templates).flatMap((files) => (files[name] === undefined ? [] : [files[name]]));

export const composeSeeds = [
  ...templateFiles('docker-compose.yml'),
  `x-common: &common
  restart: always
  environment: {A: "1", B: '\${A:-two}'}
services:
  web:
    <<: *common
    image: "nginx:\${TAG:-1}"
    ports: ["80:80", {target: 443, published: "443"}]
    env_file: [.env, {path: other.env, required: false}]
  db:
    <<: [*common, {user: root}]
    network_mode: host
    command: |
      sh -c 'sleep 1'
  old: !reset null
`,
  `include:
  - ./a/compose.yaml
  - path: [b.yaml, c.yaml]
    env_file: b.env
services:
  api: {extends: {file: base.yaml, service: api}, network_mode: "service:db", build: .}
  job: {image: busybox, profiles: [now and then], network_mode: none}
`,
  `services: !override
  a-b: {image: x}
---
services:
  a_b:
    image: >-
      folded
      text
    volumes: [./data:/data]
`,
];

export const dotenvSeeds = [
  'A=1\nexport B="two ${A:-x} \\n"\n# comment\nC=\'literal $A\'\nD: yes # rest\n\nE=\n',
  "URL=postgres://u:p@h/${DB}\nMULTI=\"a\nb\"\nQ='it\\'s'\nP=$A$$B${C}\n",
];

export const rediaccfileSeeds = [
  ...templateFiles('Rediaccfile'),
  `#!/usr/bin/env bash
set -euo pipefail
prep() { sudo -u root docker pull x; }
up() {
  cat <<-EOF | sudo -E docker load
\tsudo docker $(date) \${HOME:-\`pwd\`}
\tEOF
  if ! sudo --preserve-env=DOCKER_HOST docker ps >/dev/null 2>&1; then return 1; fi
  for i in "\${list[@]}"; do echo $((i + (1 * 2))); done
}
down() { exec env A=1 sudo -n /usr/bin/docker-compose -f a.yml down || true; }
`,
  `function up { case $1 in a|b) nohup sudo renet compose -- up & ;; *) eval "sudo docker ps" ;; esac; }
x=$'a\\'b' y="\${z:-'q'}" ; diff <(sudo docker ps) <(docker ps)
`,
];

export const slotsSeeds = [
  read('machine', 'rediacc.json'),
  '{"services":{"api":{"slot":0},"a-b":{"slot":60,"x":[1]}},"other":null}',
];

export const metadataSeeds = readdirSync(join(past, 'machine', 'repositories'))
  .filter((name) => name.endsWith('.json'))
  .map((name) => read('machine', 'repositories', name));

export const eventSeeds = readdirSync(join(past, 'machine', 'operations')).map((id) =>
  read('machine', 'operations', id, 'events.jsonl'),
);

export const sshConfigSeeds = [
  `Include other
Host web web2
  HostName web.example
  User deploy
  Port 2222
  IdentityFile ~/.ssh/id_%h

Host db
  HostName=10.0.0.5
  ProxyJump web
Host *.example !bad.example
  IdentityFile "%d/key with blanks"
Match host db exec "true"
  User root
Host *
  ServerAliveInterval 30
`,
  'host a\n\thostname a.example\nHost b c\nProxyCommand none\nMatch all\nUser x\n',
];

export const knownHostsSeeds = [
  read('config', 'known_hosts'),
  `# comment
@revoked *.example ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC48XyWNZN3qKeaoE36UqYGFuSsqR6AFbd1u9yNm32Rm
|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC48XyWNZN3qKeaoE36UqYGFuSsqR6AFbd1u9yNm32Rm
a*,!ab?.db.example,[db.example]:2222 ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQ==
@cert-authority *.corp ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIC48XyWNZN3qKeaoE36UqYGFuSsqR6AFbd1u9yNm32Rm
`,
];

export const frameSeeds = [
  Buffer.concat([
    encodeJson({ type: 'request', id: 1, method: 'operation.list', params: { limit: 5 } }),
    encodeJson({
      type: 'request',
      id: 2,
      method: 'operation.start',
      params: { secret: Buffer.from('words') },
    }),
    encodeBytes(7, 4096, Buffer.from('output of a function\n')),
    encodeJson({ type: 'credit', stream: 7, bytes: 1024 }),
  ]),
  read('dialogue', 'received.bin').subarray(0, 4096),
  Buffer.concat([
    encodeJson({ type: 'cancel', id: 1 }),
    encodeJson(null),
    encodeBytes(0, 0, Buffer.alloc(0)),
  ]),
];
