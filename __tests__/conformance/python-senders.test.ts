import { spawn, spawnSync } from 'node:child_process';
import { fastcomments, medplum } from 'hooklatch';
import { decisionOf, signed, startGuard } from '../helpers/http';

// What it prints: the status and the body of the answer, or the name of the failure.
const PYTHON = `
import http.client, json, sys, time, urllib.error, urllib.request
way, port, method, headers = sys.argv[1], int(sys.argv[2]), sys.argv[3], json.loads(sys.argv[4])
size = 20 * 1024 * 1024
def pieces():
    for _ in range(64):
        time.sleep(0.001)
        yield b' ' * 16384
try:
    if way == 'urllib':
        request = urllib.request.Request('http://127.0.0.1:%d/' % port, b' ' * size, headers, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        print(answer.status, answer.read().decode())
    else:
        connection = http.client.HTTPConnection('127.0.0.1', port, timeout=20)
        if way == 'http.client 1.0':
            connection._http_vsn, connection._http_vsn_str = 10, 'HTTP/1.0'
        body = b' ' * size
        if way == 'http.client paced':
            body, headers['Content-Length'] = pieces(), str(64 * 16384)
        elif way == 'http.client chunked':
            body = pieces()
        elif way == 'http.client close':
            headers['Connection'] = 'close'
        connection.request(method, '/', body, headers, encode_chunked=way == 'http.client chunked')
        answer = connection.getresponse()
        print(answer.status, answer.read().decode())
except Exception as error:
    print(type(error).__name__, error)
`;

function sendFromPython(way: string, port: number, method: string, headers: object): Promise<string> {
  const child = spawn('python3', ['-c', PYTHON, way, String(port), method, JSON.stringify(headers)]);
  let text = '';
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (text += data.toString()));
  return new Promise((resolve) => child.on('close', () => resolve(text.trim())));
}

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('SKIPPED: the uploads from python3, which is not installed');

(hasPython ? describe : describe.skip)('an early refusal, to a sender written in Python', () => {
  const ways = [
    'urllib',
    'http.client',
    'http.client 1.0',
    'http.client close',
    'http.client paced',
    'http.client chunked',
  ];

  it.each(ways)('reaches %s that has not signed', async (way) => {
    const receiver = await startGuard({ provider: fastcomments });
    const text = await sendFromPython(way, receiver.port, 'PUT', {});
    expect(text).toBe('401 {"error":"Unauthorized"}');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_HEADER');
  });

  it.each(ways)('reaches %s whose body is too large', async (way) => {
    const receiver = await startGuard({ provider: fastcomments, bodyLimit: '100kb' });
    const text = await sendFromPython(way, receiver.port, 'PUT', signed(fastcomments, ''));
    expect(text).toBe('413 {"error":"Payload Too Large"}');
    expect((await decisionOf(receiver)).code).toBe('ERR_WEBHOOK_BODY_SIZE');
  });

  it('reaches one whose provider wants 403 for everything', async () => {
    const receiver = await startGuard({ provider: medplum, bodyLimit: '100kb' });
    const text = await sendFromPython('http.client', receiver.port, 'POST', signed(medplum, ''));
    expect(text).toBe('403 {"error":"Forbidden"}');
  });
});
