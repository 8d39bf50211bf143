/* global document, MessageChannel, requestAnimationFrame */
/**
 * Runs inside the labeling page: measures from a key's press to the paint of the next pair, in milliseconds. The press is the event's own
 * time stamp; the next pair is there in the frame in which both captions' text is another and both pictures are decoded; that frame's
 * paint is over when the message comes that was posted from its animation frame.
 */
export function installPaintProbe() {
  const stages = () => {
    const all = root => [...root.querySelectorAll('*')].flatMap(each => [each, ...(each.shadowRoot ? all(each.shadowRoot) : [])]);
    const elements = all(document);
    return {
      names: elements
        .filter(({ localName }) => localName === 'figcaption')
        .map(({ textContent }) => textContent.trim())
        .join(' | '),
      pictures: elements.filter(({ localName }) => localName === 'img'),
    };
  };
  const times = [];
  const steps = [];
  globalThis.paintTimes = times;
  globalThis.paintSteps = steps;
  const channel = new MessageChannel();
  let pressed;
  let namesAt;
  channel.port1.onmessage = () => {
    times.push(performance.now() - pressed.at);
    steps.push({ namesMs: namesAt - pressed.at });
    pressed = undefined;
  };
  globalThis.addEventListener(
    'keydown',
    event => {
      if (!'sd'.includes(event.key) || pressed) return;
      pressed = { at: event.timeStamp, names: stages().names };
      namesAt = undefined;
      const frame = () => {
        const { names, pictures } = stages();
        if (names !== pressed.names && namesAt === undefined) namesAt = performance.now();
        const isThere =
          names !== pressed.names && pictures.length >= 2 && pictures.every(each => each.complete && each.naturalWidth > 0);
        if (isThere) channel.port2.postMessage('');
        else requestAnimationFrame(frame);
      };
      requestAnimationFrame(frame);
    },
    true,
  );
}

/** Median, 95th percentile and longest, in milliseconds. */
export function percentiles(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share => Number(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(1));
  return { medianMs: at(0.5), p95Ms: at(0.95), maxMs: at(1), presses: sorted.length };
}
