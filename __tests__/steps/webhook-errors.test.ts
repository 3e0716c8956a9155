import { webhookErrors } from 'hooklatch';
import { typeErrorOf } from '../helpers/type-error';

// What it answers is held where the steps are used alone (steps.test.ts), and behind parsers (keep-raw-body.test.ts).
describe('webhookErrors()', () => {
  it('throws for wrong options', () => {
    expect(typeErrorOf(() => webhookErrors({ onDecision: 'log' } as never))).toContain(
      'option "onDecision" must be',
    );
    expect(typeErrorOf(() => webhookErrors({ paths: [] } as never))).toContain('unknown option "paths"');
  });
});
