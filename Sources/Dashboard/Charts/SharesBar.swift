/// What a whole is made of, as one bar, with a legend that has the figures.
struct SharesBar {
    struct Part {
        let name: String
        let count: Int
        let tone: ChartTone
    }

    let title: String
    let parts: [Part]

    private var whole: Int { parts.reduce(0) { $0 + $1.count } }

    var html: HTML {
        var start = 0
        let bars: [HTML] = parts.map { part in
            defer { start += part.count }
            guard part.count > 0 else { return .nothing }
            return """
                <rect class="\(part.tone.rawValue)" x="\(start)" y="0" width="\(part.count)" height="1"><title>\(part.name): \(part.count)</title></rect>
                """
        }
        let legend: [HTML] = parts.filter { $0.count > 0 }.map { part in
            "<li><span class=\"key \(part.tone.rawValue)\">\(part.name)</span> <strong>\(part.count)</strong></li>"
        }
        return """
            <div class="shares">
            <svg viewBox="0 0 \(max(1, whole)) 1" preserveAspectRatio="none" role="img" aria-label="\(title): the list below has the figures">\(bars)</svg>
            <ul>\(legend)</ul>
            </div>
            """
    }
}
