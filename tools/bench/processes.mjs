import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const ANSWER_MS = 120_000;

/** A script of the bench in a process of its own, that is spoken to by messages. */
export function start(file, ...args) {
  return fork(fileURLToPath(new URL(file, import.meta.url)), args, {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
}

/** The next message of a child; fails where it ends, or says nothing. */
export function hear(child) {
  return new Promise((resolve, reject) => {
    const settle = (error, message) => {
      clearTimeout(timer);
      child.off('message', heard).off('exit', left);
      if (error === undefined) resolve(message);
      else reject(error);
    };
    const heard = (message) => settle(message.error && new Error(message.error), message);
    const left = (code) => settle(new Error(`${child.spawnargs.slice(1).join(' ')} ended with ${code}`));
    const timer = setTimeout(() => settle(new Error('no answer')), ANSWER_MS);
    child.on('message', heard).on('exit', left);
  });
}

export function ask(child, message) {
  const answer = hear(child);
  child.send(message);
  return answer;
}

/** A server of the comparison, and where it listens. */
export async function startServer(variant, express) {
  const child = start('http-server.mjs', variant, express);
  const { port } = await hear(child);
  return { child, port };
}
