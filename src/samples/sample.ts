/**
 * The bodies that a sender sends, by event: `'*'` where it names none. Their shape is that of the sender's published
 * documentation, shortened; names and numbers are made up. `{{id}}`, `{{iso}}`, `{{seconds}}` and `{{ms}}` are filled in
 * when one is sent.
 */
export type Samples = Readonly<Record<string, unknown>>;
