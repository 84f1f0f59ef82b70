// Holds a program of the agent at a chosen point, until it is let go or ends. Units load it before the agent
// (NODE_OPTIONS --require), so that the agent itself knows nothing of it. In the folder of this file, `program` has the
// command of renet that is meant, `at` the point and `action` what happens there; every point that is passed is added to
// `points`.
//
// The points of an operation: each event of its log, once it is on disk; each command, while it runs and after it; each
// change of a file, after it was made. A change that is repeated has a number.
const childProcess = require('node:child_process');
const fs = require('node:fs');
const promises = require('node:fs/promises');
const { join } = require('node:path');

const own = {
  append: fs.appendFileSync,
  exists: fs.existsSync,
  read: fs.readFileSync,
  write: fs.writeFileSync,
};
const file = (name) => join(__dirname, name);
const text = (name) => (own.exists(file(name)) ? own.read(file(name), 'utf8').trim() : '');

/** Tells that a point was reached, and holds the whole process when it is the chosen one. */
function pass(label) {
  const passed = text('points').split('\n');
  const times = passed.filter((line) => line === label || line.startsWith(`${label} #`)).length;
  const point = times === 0 ? label : `${label} #${times + 1}`;
  own.append(file('points'), `${point}\n`);
  if (text('at') !== point) return;
  // On a sandbox machine the power is cut at once, before the kernel writes anything of its own accord.
  if (text('action') === 'power cut') own.write('/proc/sysrq-trigger', 'b');
  own.write(file('reached'), '');
  const cell = new Int32Array(new SharedArrayBuffer(4));
  while (!own.exists(file('go'))) Atomics.wait(cell, 0, 0, 10);
}

/** Returns a path as points name it; undefined for what does not last, and for logs. */
function named(path) {
  const words = String(path);
  if (/^\/(run|proc|sys)\/|\/\.operations\//.test(words)) return undefined;
  return words
    .replace('/mnt/rediacc/', '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'GUID')
    .replace(/[0-9a-f]{16}/g, 'RANDOM');
}

function holdAtEvents() {
  let written;
  const { writeSync, fdatasyncSync } = fs;
  fs.writeSync = (descriptor, bytes, ...more) => {
    const line = Buffer.isBuffer(bytes) && bytes[0] === 0x7b ? bytes.toString('utf8') : '';
    if (line.startsWith('{"n":')) written = labelOf(JSON.parse(line));
    return writeSync(descriptor, bytes, ...more);
  };
  fs.fdatasyncSync = (descriptor) => {
    fdatasyncSync(descriptor);
    const label = written;
    written = undefined;
    if (label !== undefined) pass(label);
  };
}

function labelOf({ type, step, result }) {
  const { kind, function: name, file: path } = step ?? result?.step ?? {};
  const words = kind === 'function' ? `${name} of ${path}` : kind;
  if (type === 'step-started') return `start of ${words}`;
  if (type === 'step-ended') return `end of ${words}`;
  return type === 'progress' ? undefined : type;
}

function holdAtCommands() {
  const { spawn } = childProcess;
  childProcess.spawn = (command, words, options) => {
    const child = spawn(command, words, options);
    const action = command === 'cryptsetup' || command === 'systemctl' ? ` ${words[0]}` : '';
    const program =
      command === 'bash' && words[2] === 'bash' ? words.slice(3, 5).join(' ') : `${command}${action}`;
    if (!/^(cryptsetup|systemctl|fallocate|mkfs|mount|umount|chattr|losetup|resize2fs|sync)/.test(program))
      return child;
    child.prependOnceListener('exit', () => pass(`after ${program}`));
    pass(`during ${program}`);
    return child;
  };
}

function holdAtChanges() {
  const changes = [
    'rename',
    'rm',
    'rmdir',
    'unlink',
    'mkdir',
    'symlink',
    'truncate',
    'chown',
    'chmod',
    'writeFile',
  ];
  for (const change of changes) {
    const original = promises[change];
    promises[change] = async (path, ...more) => {
      const result = await original(path, ...more);
      const name = named(change === 'rename' || change === 'symlink' ? more[0] : path);
      if (name !== undefined) pass(`after ${change} ${name}`);
      return result;
    };
  }
  const { open } = promises;
  promises.open = async (path, ...more) => {
    const handle = await open(path, ...more);
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      const name = named(path);
      if (name !== undefined) pass(`after sync ${name}`);
    };
    return handle;
  };
}

if (text('program') !== '' && process.argv[2] === text('program')) {
  holdAtEvents();
  holdAtCommands();
  holdAtChanges();
}
