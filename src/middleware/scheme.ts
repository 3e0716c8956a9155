import { AN_OBJECT, required, type OptionCheck } from '../options';

/** A provider in options; that `defineProvider` made it is checked when its plan is taken. */
export const A_PROVIDER: OptionCheck = required(AN_OBJECT);

/** The option `also`. */
export const ALTERNATIVES: OptionCheck = {
  accepts: (value) => Array.isArray(value) && value.every((entry) => AN_OBJECT.accepts(entry)),
  expects: 'a list of { provider, secret }',
  secret: true,
};
