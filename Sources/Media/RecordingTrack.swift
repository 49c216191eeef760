/// The part of a recording that is not on its way to the disk yet: pairs of samples, callee left, agent right.
struct RecordingTrack {
    let file: RecordingFile
    private(set) var pairs: [Int16] = []
    /// In samples per channel since the clock started.
    private var position = 0

    /// One second.
    private static let chunk = 8_000
    /// A hole longer than this is no delay of ours: ten minutes.
    private static let longestHole = 8_000 * 600

    init(file: RecordingFile) {
        self.file = file
        pairs.reserveCapacity(2 * (Self.chunk + 160))
    }

    /// Both sides of a tick. A hole before it is filled with silence, so that both channels stay on the clock.
    mutating func append(heard: UnsafeBufferPointer<Int16>, said: UnsafeBufferPointer<Int16>, at position: Int) {
        let hole = min(max(0, position - self.position), Self.longestHole)
        if hole > 0 { pairs.append(contentsOf: repeatElement(0, count: 2 * hole)) }
        for index in 0..<min(heard.count, said.count) {
            pairs.append(heard[index])
            pairs.append(said[index])
        }
        self.position = position + heard.count
    }

    mutating func flushIfLong(to writer: RecordingWriter) {
        guard pairs.count >= 2 * Self.chunk else { return }
        writer.write(pairs, to: file)
        pairs = []
        pairs.reserveCapacity(2 * (Self.chunk + 160))
    }
}
