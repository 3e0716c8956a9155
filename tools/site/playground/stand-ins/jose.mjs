// jose for a page: its keys are those of Node.
import { failMissing } from './missing.mjs';

export const flattenedVerify = async () => failMissing('signatures that are JSON Web Tokens');
