const RETRY_MS = 1000;

/**
 * Follows the server's events. `onHello` says which run of the server it is and what it still has; `onState` gets
 * 'live' or 'lost'. The browser comes back by itself and names the last event that it has.
 */
export function follow({ onHello, onDelivery, onInbox, onProgress, onState }) {
  let lastId = '';
  const connect = () => {
    const source = new EventSource(`/events?last=${encodeURIComponent(lastId)}`);
    source.addEventListener('open', () => onState('live'));
    source.addEventListener('hello', ({ data }) => onHello(JSON.parse(data)));
    source.addEventListener('delivery', ({ data, lastEventId }) => {
      lastId = lastEventId;
      onDelivery(JSON.parse(data));
    });
    source.addEventListener('inbox', () => onInbox());
    source.addEventListener('inbox-progress', ({ data }) => onProgress(JSON.parse(data)));
    source.addEventListener('error', () => {
      onState('lost');
      // Where the answer was no stream the browser gives up.
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY_MS);
    });
  };
  connect();
}

export async function ask(path, body) {
  const options =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) };
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error('The inspector does not answer. Is the receiver still running?');
  }
  const value = await response.json();
  if (!response.ok) throw new Error(value.error);
  return value;
}
