/**
 * The bodies that a sender sends, by event: `'*'` where it names none. They are written by hand after the sender's
 * deliveries, shortened, and names and numbers are made up. `{{id}}`, `{{iso}}`, `{{seconds}}` and `{{ms}}` are filled in
 * when one is sent.
 */
export type Samples = Readonly<Record<string, unknown>>;
