/// How loud a recording is over its time, to be drawn.
package struct Waveform: Sendable, Hashable {
    /// For each channel, 0…1 for each column.
    package let peaks: [[Double]]
    /// Milliseconds.
    package let duration: Int

    /// Makes one of interleaved signed 16-bit samples, little endian, that come piece by piece: however long the recording is, nothing of it is kept.
    package struct Reader: Sendable {
        private let sampleRate: Int
        private let channels: Int
        private let frames: Int
        private let columns: Int
        private var peaks: [[Int]]
        /// The sample that comes next, counted over all channels.
        private var next = 0
        /// The first half of a sample whose second half has not come.
        private var half: UInt8?

        /// `frames` is how many samples each channel has. A recording that has fewer than `columns` has as many columns.
        package init(sampleRate: Int, channels: Int, frames: Int, columns: Int) {
            self.sampleRate = sampleRate
            self.channels = channels
            self.frames = frames
            self.columns = min(columns, frames)
            peaks = Array(repeating: Array(repeating: 0, count: self.columns), count: channels)
        }

        package mutating func read(_ bytes: ArraySlice<UInt8>) {
            for byte in bytes {
                guard let low = half else {
                    half = byte
                    continue
                }
                half = nil
                let frame = next / channels
                guard frame < frames else { return }
                let sample = Int(Int16(truncatingIfNeeded: Int(byte) << 8 | Int(low)))
                let column = frame * columns / frames
                if abs(sample) > peaks[next % channels][column] { peaks[next % channels][column] = abs(sample) }
                next += 1
            }
        }

        package var waveform: Waveform {
            Waveform(
                peaks: peaks.map { $0.map { min(1, Double($0) / 32_767) } },
                duration: sampleRate > 0 ? frames * 1000 / sampleRate : 0
            )
        }
    }
}
