// `node:zlib` for a page: it inflates nothing.
import { failMissing } from './missing.mjs';

export const gunzip = (_body, _options, done) => {
  try {
    failMissing('compressed bodies');
  } catch (error) {
    done(error);
  }
};
export const gunzipSync = () => failMissing('compressed bodies');
