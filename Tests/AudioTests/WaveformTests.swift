import Audio
import Testing

@Suite("Waveforms")
struct WaveformTests {
    private let file = WAVFile(
        sampleRate: 8000,
        channels: [[0, 100, -32_768, 5, 0, 7, 0, 0], [3, 0, 0, 0, 32_767, 0, 0, -9]]
    )

    @Test("Each column has the loudest of its samples, wherever the bytes are cut", arguments: [1, 2, 3, 5, 64])
    func pieces(_ length: Int) {
        let bytes = file.bytes.dropFirst(44)
        var reader = Waveform.Reader(sampleRate: 8000, channels: 2, frames: 8, columns: 4)
        var rest = bytes
        while !rest.isEmpty {
            reader.read(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        let unit = 1 / 32_767.0
        #expect(reader.waveform.peaks == [[100 * unit, 1, 7 * unit, 0], [3 * unit, 0, 1, 9 * unit]])
        #expect(reader.waveform.duration == 1)
    }

    @Test("A recording that is cut off, or longer than its head says, is drawn as far as it goes")
    func damaged() {
        var cut = Waveform.Reader(sampleRate: 8000, channels: 2, frames: 100, columns: 4)
        cut.read(file.bytes.dropFirst(44).dropLast())
        #expect(cut.waveform.peaks[0] == [1, 0, 0, 0])
        var long = Waveform.Reader(sampleRate: 8000, channels: 2, frames: 2, columns: 4)
        long.read(file.bytes.dropFirst(44))
        #expect(long.waveform.peaks[0].count == 2)
        let none = Waveform.Reader(sampleRate: 8000, channels: 2, frames: 0, columns: 4)
        #expect(none.waveform.peaks == [[], []])
    }
}
