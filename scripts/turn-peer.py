"""Pipecat's pipeline with the stages of `trunkline bench turn`: Silero VAD, an answer 380 ms after the end of speech, audio paced out.

Usage: turn-peer.py RECORDING PIPELINES SECONDS
RECORDING is a stereo WAV file of a call, the callee on the right. Frames of 20 ms come from memory, without RTP, codec or jitter buffer, which
favours the pipeline. Prints ms of CPU time for a second of a call, its first 5 s not counted, and what was in front of the answer beside the stages and the VAD's own wait.
"""

import asyncio
import resource
import sys
import time
import wave
from array import array

from loguru import logger

logger.remove()

from pipecat.audio.vad.silero import SileroVADAnalyzer
from pipecat.frames.frames import InputAudioRawFrame, OutputAudioRawFrame, VADUserStoppedSpeakingFrame
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.audio.vad_processor import VADProcessor
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_output import BaseOutputTransport
from pipecat.transports.base_transport import TransportParams

FRAME = 320
PARAMETERS = dict(audio_in_enabled=True, audio_in_sample_rate=8000, audio_out_enabled=True, audio_out_sample_rate=8000)


class Line(BaseInputTransport):
    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)


class Ear(BaseOutputTransport):
    """Takes a packet every 20 ms, as a telephone line does."""

    def __init__(self, params, heard):
        super().__init__(params)
        self.heard = heard
        self.due = 0.0

    async def start(self, frame):
        await super().start(frame)
        await self.set_transport_ready(frame)

    async def write_audio_frame(self, frame):
        now = time.monotonic()
        if now - self.due > 0.1:
            self.heard.append(now)
            self.due = now
        self.due += len(frame.audio) / 16000
        await asyncio.sleep(max(0, self.due - time.monotonic()))
        return True


class Brain(FrameProcessor):
    """Recogniser 100 ms, model 200 ms, voice 80 ms."""

    def __init__(self, asked):
        super().__init__()
        self.asked = asked

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        if isinstance(frame, VADUserStoppedSpeakingFrame) and direction == FrameDirection.DOWNSTREAM:
            self.asked.append(time.monotonic())
            self.create_task(self.answer())
        if not isinstance(frame, InputAudioRawFrame):
            await self.push_frame(frame, direction)

    async def answer(self):
        for stage in (0.1, 0.2, 0.08):
            await asyncio.sleep(stage)
        # 1.2 s of a tone that is not silence.
        samples = array("h", [4000 if (i // 10) % 2 else -4000 for i in range(9600)]).tobytes()
        for start in range(0, len(samples), FRAME):
            await self.push_frame(OutputAudioRawFrame(samples[start : start + FRAME], 8000, 1))


async def call(audio, seconds, offset, overheads):
    asked, heard = [], []
    line = Line(TransportParams(**PARAMETERS))
    pipeline = Pipeline(
        [line, VADProcessor(vad_analyzer=SileroVADAnalyzer(sample_rate=8000)), Brain(asked),
         Ear(TransportParams(**PARAMETERS), heard)]
    )
    task = PipelineTask(
        pipeline, params=PipelineParams(audio_in_sample_rate=8000, audio_out_sample_rate=8000), idle_timeout_secs=None
    )

    async def feed():
        await asyncio.sleep(1)
        start = time.monotonic()
        for count in range(int(seconds * 50)):
            place = (offset + count) * FRAME % (len(audio) - FRAME)
            await line.push_audio_frame(InputAudioRawFrame(audio[place : place + FRAME], 8000, 1))
            await asyncio.sleep(max(0, start + (count + 1) * 0.02 - time.monotonic()))
        await task.cancel()

    await asyncio.gather(PipelineRunner(handle_sigint=False).run(task), feed())
    for moment in asked:
        after = [time for time in heard if time >= moment + 0.38]
        if after and after[0] - moment < 2:
            overheads.append((after[0] - moment - 0.38) * 1000)


async def main():
    path, calls, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with wave.open(path) as file:
        assert file.getframerate() == 8000 and file.getnchannels() == 2
        audio = array("h", file.readframes(file.getnframes()))[1::2].tobytes()
    overheads = []
    used = []

    async def sample():
        for wait in (5, seconds - 5):
            await asyncio.sleep(wait)
            usage = resource.getrusage(resource.RUSAGE_SELF)
            used.append(usage.ru_utime + usage.ru_stime)

    start = time.monotonic()
    await asyncio.gather(sample(), *(call(audio, seconds, 37 * index, overheads) for index in range(calls)))
    cpu = used[1] - used[0]
    late = time.monotonic() - start - seconds - 1
    overheads.sort()
    middle = overheads[len(overheads) // 2] if overheads else float("nan")
    last = overheads[min(len(overheads) - 1, len(overheads) * 99 // 100)] if overheads else float("nan")
    print(f"cpu_ms_per_second={cpu * 1000 / (calls * (seconds - 5)):.1f}")
    print(f"overhead_p50_ms={middle:.1f}\noverhead_p99_ms={last:.1f}\nanswers={len(overheads)}\nlate_s={late:.1f}")


asyncio.run(main())
