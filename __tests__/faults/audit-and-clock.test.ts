import { existsSync } from 'node:fs';
import { fastcomments, github, memoryStore, type Decision } from 'hooklatch';
import { openAuditFile } from '../../examples/receiver/audit-file';
import { eventually, NOW, send, signed, startGuard, type Answer } from '../helpers/http';

const FULL_DISK = '/dev/full';

describe('an audit record that cannot be written', () => {
  (existsSync(FULL_DISK) ? it : it.skip)('changes no answer where the disk is full', async () => {
    const errors = jest.spyOn(console, 'error').mockImplementation();
    const audit = openAuditFile(FULL_DISK);
    const { port } = await startGuard({ provider: github, onDecision: (decision) => audit.write(decision) });
    for (const id of ['a', 'b', 'c']) {
      const body = JSON.stringify({ id });
      const headers = signed(github, body, { event: 'push', id });
      expect((await send(port, { headers, body })).status).toBe(200);
      expect((await send(port, { body })).status).toBe(401);
    }
    await eventually(() => errors.mock.calls.length > 0);
    expect(String(errors.mock.calls[0])).toContain('ENOSPC');
    await audit.close();
  });

  it('changes no answer where the sink throws every time, and the next sees all the same', async () => {
    const seen: Decision[] = [];
    const onDecision = (decision: Decision): never => {
      seen.push(decision);
      throw undefined as unknown as Error;
    };
    const { port } = await startGuard({ provider: github, onDecision });
    const headers = signed(github, '{}', { event: 'push', id: 'a' });
    expect((await send(port, { headers, body: '{}' })).status).toBe(200);
    expect((await send(port, { body: '{}' })).status).toBe(401);
    await eventually(() => seen.length === 2);
    expect(seen.map(({ outcome }) => outcome)).toEqual(['accepted', 'refused']);
  });
});

describe('a clock that is set', () => {
  it('opens no delivery again, forward and back', async () => {
    let now = NOW;
    let monotonic = 0;
    const store = memoryStore({ clock: () => now, monotonicClock: () => (monotonic += 1) });
    const receiver = await startGuard({ provider: fastcomments, clock: () => now, duplicates: { store } });
    const headers = signed(fastcomments, '{}');
    const deliver = (): Promise<Answer> => send(receiver.port, { method: 'PUT', headers, body: '{}' });
    const hour = 3_600_000;

    expect((await deliver()).status).toBe(200);
    for (const step of [hour, -hour, -hour, hour, 24 * hour, -24 * hour]) {
      now += step;
      expect((await deliver()).status).toBe(Math.abs(now - NOW) > 300_000 ? 401 : 200);
    }
    expect(receiver.webhooks).toHaveLength(1);
  });
});
