/// The outline of a recording: how loud each channel was at its loudest, in columns of equal length.
package struct Waveform: Sendable, Hashable {
    /// For each channel, 0…1 for each column.
    package let peaks: [[Double]]
    /// Milliseconds.
    package let duration: Int

    /// `columns` at least 1. A recording that is shorter has as many as it has samples.
    package init(_ file: WAVFile, columns: Int) {
        let count = file.channels.map(\.count).max() ?? 0
        duration = file.sampleRate > 0 ? count * 1000 / file.sampleRate : 0
        let columns = min(columns, count)
        peaks = file.channels.map { samples in
            (0..<columns).map { column in
                let (start, end) = (column * count / columns, (column + 1) * count / columns)
                let peak = samples[min(start, samples.count)..<min(end, samples.count)].reduce(Int(0)) {
                    max($0, abs(Int($1)))
                }
                return min(1, Double(peak) / 32_767)
            }
        }
    }
}
