import { existsSync } from 'node:fs';
import { chromium, type Browser } from 'playwright-core';

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Whether there is a Chromium on this machine. */
export const hasChromium = existsSync(EXECUTABLE);

/** `describe`, and where there is no Chromium a skipped one that says so. */
export const describeInChromium: jest.Describe = hasChromium ? describe : describe.skip;

if (!hasChromium) {
  console.warn(
    `SKIPPED: no Chromium at ${EXECUTABLE} (apt-get install chromium, or set CHROMIUM to its path)`,
  );
}

/** A headless Chromium that talks to nobody by itself. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: EXECUTABLE,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
