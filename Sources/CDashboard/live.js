// Listening in to a call: its audio is played as it comes, and shows how loud each side is.

// In seconds: what is behind what was heard is caught up with, and what is too far ahead is left out.
const lead = 0.15;
const most = 1.5;

let current;

function stop() {
    if (!current) return;
    current.abort.abort();
    current.context.close();
    current.button.setAttribute("aria-pressed", "false");
    current.button.textContent = "Listen in";
    const levels = current.button.parentElement?.querySelector(".levels");
    if (levels) levels.hidden = true;
    current = undefined;
}

function peak(samples) {
    let most = 0;
    for (const sample of samples) most = Math.max(most, Math.abs(sample));
    // The root makes quiet speech visible beside loud.
    return Math.sqrt(most);
}

async function listen(button) {
    stop();
    const mine = { button, abort: new AbortController(), context: new AudioContext({ sampleRate: 8000 }) };
    current = mine;
    button.setAttribute("aria-pressed", "true");
    button.textContent = "Stop listening";
    const levels = button.parentElement.querySelector(".levels");
    const meters = [levels.querySelector(".callee"), levels.querySelector(".agent")];
    levels.hidden = false;
    try {
        const answer = await fetch(button.dataset.listen, { signal: mine.abort.signal });
        if (!answer.ok) throw new Error();
        const reader = answer.body.getReader();
        let rest = new Uint8Array(0);
        let header = 44;
        let at = 0;
        for (;;) {
            const { value, done } = await reader.read();
            if (done) break;
            const bytes = new Uint8Array(rest.length + value.length);
            bytes.set(rest);
            bytes.set(value, rest.length);
            const start = Math.min(header, bytes.length);
            header -= start;
            const frames = (bytes.length - start) >> 2;
            rest = bytes.slice(start + frames * 4);
            if (frames === 0) continue;
            const view = new DataView(bytes.buffer, start);
            const buffer = mine.context.createBuffer(2, frames, 8000);
            for (let side = 0; side < 2; side++) {
                const samples = buffer.getChannelData(side);
                for (let frame = 0; frame < frames; frame++) samples[frame] = view.getInt16(frame * 4 + side * 2, true) / 32768;
                meters[side].value = peak(samples);
            }
            const now = mine.context.currentTime;
            if (at > now + most) continue;
            if (at < now) at = now + lead;
            const source = mine.context.createBufferSource();
            source.buffer = buffer;
            source.connect(mine.context.destination);
            source.start(at);
            at += buffer.duration;
        }
    } catch {
        // The call is over, or somebody stopped listening.
    }
    if (current === mine) stop();
}

// Without this script there is nothing to press.
function reveal(root) {
    for (const button of root.querySelectorAll("button[data-listen][hidden]")) button.hidden = false;
}
reveal(document);
document.addEventListener("applied", () => {
    reveal(document);
    if (current && !current.button.isConnected) stop();
});
document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-listen]");
    if (!button) return;
    if (current?.button === button) stop();
    else listen(button);
});
