// Stands in for dockerd: docker.cjs SOCKET MOUNT. It answers as a daemon without containers, and keeps a file of the
// repository open, as a daemon does.
const { mkdirSync, openSync } = require('node:fs');
const { createServer } = require('node:http');
const { join } = require('node:path');

const [socket, mount] = process.argv.slice(2);
const data = join(mount, '.rediacc/docker/data');
mkdirSync(data, { recursive: true, mode: 0o710 });
openSync(join(data, 'engine-id'), 'a');
process.on('SIGTERM', () => process.exit(0));
createServer((request, response) => {
  const answers = { '/_ping': 'OK', '/containers/json': '[]' };
  const answer = answers[request.url.split('?')[0]];
  response.writeHead(answer === undefined ? 404 : 200).end(answer);
}).listen(socket);
