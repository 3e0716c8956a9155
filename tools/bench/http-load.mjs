// The load of the HTTP comparison, in a process of its own: raw sockets on 127.0.0.1, a fixed number of requests.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { payload } from './payloads.mjs';
import { SECRET } from './secret.mjs';

const CONNECTIONS = 16;
let serial = 0;

/** The headers by which each scheme signs a body. */
const SCHEMES = {
  github: (sign, body) => `X-GitHub-Event: push\r\nX-Hub-Signature-256: sha256=${sign('hex', body)}\r\n`,
  stripe: (sign, body, time) => `Stripe-Signature: t=${time},v1=${sign('hex', `${time}.`, body)}\r\n`,
  standard: (sign, body, time) =>
    `webhook-id: msg_1\r\nwebhook-timestamp: ${time}\r\nwebhook-signature: v1,${sign('base64', `msg_1.${time}.`, body)}\r\n`,
};

/** `kind`: a `good` signature, a `wrong` one of the right form, or a `missing` one. */
function requestParts({ bytes, kind, scheme }) {
  const body = payload(bytes);
  const sign = (encoding, ...parts) => {
    const mac = createHmac('sha256', kind === 'wrong' ? 'another secret' : SECRET);
    for (const part of parts) mac.update(part);
    return mac.digest(encoding);
  };
  const signature = kind === 'missing' ? '' : SCHEMES[scheme](sign, body, Math.floor(Date.now() / 1000));
  const head =
    'POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: hooklatch-bench\r\nAccept: */*\r\n' +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n${signature}`;
  // Every delivery is one of its own: its id tells it from the others.
  const nextHead = () => `${head}X-GitHub-Delivery: ${process.pid}-${(serial += 1)}\r\n\r\n`;
  return { nextHead, body };
}

async function open(port) {
  const socket = connect(port, '127.0.0.1');
  socket.setNoDelay(true);
  await once(socket, 'connect');
  return socket;
}

/** The status of the next answer. */
function answer(socket) {
  return new Promise((resolve, reject) => {
    let text = '';
    const listen = (data) => {
      text += data.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      socket.off('data', listen);
      socket.off('close', reject);
      resolve(text.slice(9, 12));
    };
    socket.on('data', listen);
    socket.on('close', reject);
  });
}

/** Sends so many requests over kept-alive connections; answers with the statuses and the slowest of a hundred. */
async function load({ port, requests, ...what }) {
  const { nextHead, body } = requestParts(what);
  const statuses = {};
  const times = [];
  let left = requests;
  const one = async () => {
    const socket = await open(port);
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      const status = answer(socket);
      socket.cork();
      socket.write(nextHead());
      socket.write(body);
      socket.uncork();
      statuses[await status] = (statuses[await status] ?? 0) + 1;
      times.push(performance.now() - began);
    }
    socket.end();
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, one));
  times.sort((a, b) => a - b);
  return { statuses, p99: times[Math.floor(times.length * 0.99)] };
}

/** Sends so many bodies at once: no one ends before all but the last byte of each is out. */
async function flood({ port, requests, ...what }) {
  const { nextHead, body } = requestParts(what);
  const sockets = await Promise.all(Array.from({ length: requests }, () => open(port)));
  const answers = sockets.map(answer);
  const write = (socket, data) => new Promise((resolve) => socket.write(data, resolve));
  await Promise.all(
    sockets.map(async (socket) => {
      await write(socket, nextHead());
      await write(socket, body.subarray(0, -1));
    }),
  );
  for (const socket of sockets) socket.write(body.subarray(-1));
  const statuses = {};
  for (const status of await Promise.all(answers)) statuses[status] = (statuses[status] ?? 0) + 1;
  for (const socket of sockets) socket.end();
  return { statuses };
}

process.on('message', ({ task, ...what }) => {
  (task === 'flood' ? flood : load)(what).then(
    (result) => process.send(result),
    (error) => process.send({ error: `the load failed: ${error}` }),
  );
});
