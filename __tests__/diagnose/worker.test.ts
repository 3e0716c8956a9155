import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { diagnose, github } from 'hooklatch';
import { NOW, SECRET, signed } from '../helpers/http';

describe('the thread of a diagnosis', () => {
  it('answers its one question, and ends', async () => {
    const body = Buffer.from('{}');
    const headers = signed(github, body);
    const delivery = { method: 'POST', url: '/', headers, rawHeaders: Object.entries(headers).flat(), body };
    const settings = { secret: SECRET, now: NOW };
    const workerData = { delivery, settings, provider: 'github' };
    const worker = new Worker(join(__dirname, '../../src/diagnose/worker.ts'), { workerData });
    const exited = once(worker, 'exit');
    const [reply] = await once(worker, 'message');
    expect(reply).toEqual({ diagnosis: diagnose(delivery, { ...settings, provider: github }) });
    expect(await exited).toEqual([0]);
  });
});
