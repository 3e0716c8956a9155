import { Worker } from 'node:worker_threads';
import { startEngine } from './engine';
import type { Report, Request, StoreSettings } from './messages';
import { packRequest, type ThreadMessage } from './serve';
import { resolveThreadFile } from './thread-file';

/** The way to the store. */
export interface Link {
  /** Whether the store hears; where not, it is being started again. */
  readonly isUp: boolean;
  send(request: Request): void;
  /** Writes what was sent, and lets go of the file. */
  close(): Promise<void>;
}

/** A link tells its inbox of these. */
export interface LinkEvents {
  readonly onReport: (report: Report) => void;
  /** The store has died, with all that it had not written. */
  readonly onDown: (reason: string) => void;
  /** The store hears again, and knows nothing of what this process handles. */
  readonly onUpAgain: () => void;
}

const FIRST_RESTART_MS = 100;
const LONGEST_RESTART_MS = 5000;

/** Opens the store in the thread of the app. */
export function openDirectly(settings: StoreSettings, { onReport }: LinkEvents, clock: () => number): Link {
  const engine = startEngine(settings, onReport, clock);
  return {
    isUp: true,
    send: (request) => engine.push(request),
    close() {
      engine.close();
      return Promise.resolve();
    },
  };
}

/** Opens the store in a thread of its own, and opens it again when the thread dies. */
export function openInThread(settings: StoreSettings, events: LinkEvents): Link {
  return new ThreadLink(findThreadFile(), settings, events);
}

class ThreadLink implements Link {
  private worker: Worker;
  private restartMs = FIRST_RESTART_MS;
  private restart: NodeJS.Timeout | undefined;
  private closing: (() => void) | undefined;
  isUp = true;

  constructor(
    private readonly file: string,
    private readonly settings: StoreSettings,
    private readonly events: LinkEvents,
  ) {
    this.worker = this.start();
  }

  send(request: Request): void {
    const packed = packRequest(request);
    this.worker.postMessage(packed, packed.pack === undefined ? [] : [packed.pack.buffer as ArrayBuffer]);
  }

  close(): Promise<void> {
    clearTimeout(this.restart);
    return new Promise((resolve) => {
      this.closing = resolve;
      if (this.isUp) this.worker.postMessage({ close: true });
      else void this.worker.terminate().then(() => resolve());
    });
  }

  private start(): Worker {
    const worker = new Worker(this.file, { workerData: this.settings });
    let reason = 'it has exited';
    worker.on('message', (message: ThreadMessage) => {
      if (typeof message === 'object') this.events.onReport(message);
      else if (message === 'ready') this.hear();
    });
    worker.on('error', (error: Error) => (reason = error.message));
    worker.on('exit', () => {
      if (this.closing === undefined) this.fall(reason);
      else this.closing();
    });
    return worker;
  }

  private hear(): void {
    this.restartMs = FIRST_RESTART_MS;
    if (this.isUp) return;
    this.isUp = true;
    this.events.onUpAgain();
  }

  private fall(reason: string): void {
    this.isUp = false;
    this.events.onDown(reason);
    this.restart = setTimeout(() => (this.worker = this.start()), this.restartMs);
    this.restartMs = Math.min(LONGEST_RESTART_MS, this.restartMs * 2);
  }
}

/** The file of the thread, which has to be on the disk: a bundler leaves it out. */
function findThreadFile(): string {
  try {
    return resolveThreadFile();
  } catch (error) {
    throw new TypeError(
      'sqliteInbox(): the file of its thread is not where this code is, as happens when a server is bundled into one ' +
        'file. Leave hooklatch out of the bundle ("external"), or set "thread" to false',
      { cause: error },
    );
  }
}
