import Audio
import FoundationEssentials

/// Both sides of a recording as a drawing: the agent above the line, the callee below it.
struct WaveformView {
    let waveform: Waveform
    /// Where the recording is.
    let path: String

    /// In the drawing's own units.
    private static var height: Int { 100 }

    var html: HTML {
        let columns = waveform.peaks.first?.count ?? 0
        let seconds = waveform.duration / 1000
        return """
            <figure class="sound" data-duration="\(waveform.duration)">
            <svg viewBox="0 0 \(max(1, columns)) \(Self.height)" preserveAspectRatio="none" role="img" aria-label="Loudness of the recording over \(seconds) seconds: the agent above, the callee below">
            <path class="agent" d="\(outline(of: 1, up: true))"/>
            <path class="callee" d="\(outline(of: 0, up: false))"/>
            <line class="head" x1="0" x2="0" y1="0" y2="\(Self.height)"/>
            </svg>
            <figcaption><span class="key agent">Agent</span> <span class="key callee">Callee</span></figcaption>
            <audio controls preload="metadata" src="\(path)"></audio>
            </figure>
            """
    }

    /// A channel as one line for each column, from the middle.
    private func outline(of channel: Int, up: Bool) -> String {
        guard waveform.peaks.indices.contains(channel) else { return "" }
        let middle = Self.height / 2
        return waveform.peaks[channel].enumerated().map { column, peak in
            // The root makes quiet speech visible beside loud.
            let length = max(1, Int(peak.squareRoot() * Double(middle - 2)))
            return "M\(column) \(middle)V\(up ? middle - length : middle + length)"
        }.joined()
    }
}
