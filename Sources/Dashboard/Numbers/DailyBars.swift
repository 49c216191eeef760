import Calls
import FoundationEssentials

/// Counts of days, side by side as bars.
struct DailyBars {
    private static let (width, gap, height) = (7, 2, 26)

    let counts: [Int]
    let firstDay: Date

    var html: HTML {
        let most = max(1, counts.max() ?? 0)
        let bars: [HTML] = counts.enumerated().map { index, count in
            let height = count == 0 ? 1 : max(2, count * Self.height / most)
            let day = Timestamp.text(firstDay + Double(index) * 86_400).prefix(10)
            return """
                <rect class="\(count == 0 ? "none" : "some")" x="\(index * (Self.width + Self.gap))" y="\(Self.height - height)" width="\(Self.width)" height="\(height)"><title>\(String(day)): \(count)</title></rect>
                """
        }
        let total = counts.reduce(0, +)
        let width = counts.count * (Self.width + Self.gap)
        return """
            <svg class="days" viewBox="0 0 \(width) \(Self.height)" width="\(width)" height="\(Self.height)" role="img" aria-label="\(total) calls in \(counts.count) days, at most \(counts.max() ?? 0) on one">\(bars)</svg>
            """
    }
}
