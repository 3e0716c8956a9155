import { layOut } from '../../src/cli/table';

const ROWS = [
  ['name', 'signature', 'window'],
  ['github', 'X-Hub-Signature-256: sha256=<hex>', 'none'],
  ['standard-webhooks', 'webhook-signature: v1,<base64>', '300 s each side'],
];

describe('layOut()', () => {
  it('shows all where there is room', () => {
    expect(layOut(ROWS, 200)).toEqual([
      'name               signature                          window',
      'github             X-Hub-Signature-256: sha256=<hex>  none',
      'standard-webhooks  webhook-signature: v1,<base64>     300 s each side',
    ]);
  });

  it('cuts the longest cells first', () => {
    expect(layOut(ROWS, 60)).toEqual([
      'name               signature                 window',
      'github             X-Hub-Signature-256: ...  none',
      'standard-webhooks  webhook-signature: v1...  300 s each side',
    ]);
  });

  it('leaves out columns from the end where cutting is not enough, and never the first', () => {
    expect(layOut(ROWS, 35)).toEqual([
      'name               signature',
      'github             X-Hub-Signa...',
      'standard-webhooks  webhook-sig...',
    ]);
    expect(layOut(ROWS, 1)).toEqual(['name', 'github', 'standard-webhooks']);
  });

  it.each([20, 40, 61, 62, 63, 80, 120])('has no line of more than %i characters', (width) => {
    for (const line of layOut(ROWS, width)) expect(line.length).toBeLessThanOrEqual(width);
  });

  it('has a cell for a row that is shorter, and nothing for no rows', () => {
    expect(layOut([['a', 'b'], ['c']], 10)).toEqual(['a  b', 'c']);
    expect(layOut([], 10)).toEqual([]);
  });
});
