import Calls
import FoundationEssentials

/// How a batch, or the rest of it, is likely to go.
struct ForecastView {
    let forecast: Forecast

    var html: HTML {
        """
        \(ending)
        \(HTML.facts(facts))
        \(if: forecast.periods.count > 1, chart)
        <p class="quiet">\(source)</p>
        """
    }

    private var facts: [(term: String, value: HTML)] {
        var facts: [(term: String, value: HTML)] = [
            ("Begins", .time(forecast.startsAt)),
            ("Over", .time(forecast.finishesAt)),
            ("Calls", "\(forecast.calls)\(if: forecast.retries > 0, ", \(forecast.retries) of them second tries")"),
            ("Talked to", "about \(forecast.completed) of \(forecast.contacts)"),
            ("Goals met", "about \(forecast.goalsMet)"),
            ("Costs", "about \(forecast.expectedSpend.shown), at most \(forecast.worstCaseSpend.shown)"),
            ("At once", "up to \(forecast.mostAtOnce)"),
        ]
        if forecast.unreached > 0 { facts.append(("No turn", "\(forecast.unreached) before it ends")) }
        return facts
    }

    private var ending: HTML? {
        switch forecast.ending {
        case .completed: nil
        case .stopped(let reason): HTML.notice("<p>It would stop early: \(reason.words).</p>", .wait)
        case .paused(let reason): HTML.notice("<p>It would pause itself: \(reason.words).</p>", .wait)
        }
    }

    private var chart: HTML {
        ColumnChart(
            title: "Calls over time, as expected",
            axis: "From",
            series: [
                ColumnChart.Series(name: "first calls", tone: .live),
                ColumnChart.Series(name: "second tries", tone: .wait),
            ],
            columns: forecast.periods.map { period in
                ColumnChart.Column(
                    label: .time(period.start),
                    name: Timestamp.text(period.start),
                    values: [period.calls - period.retries, period.retries]
                )
            }
        ).html
    }

    private var source: String {
        switch forecast.source {
        case .given: "By the outcomes that were given."
        case .history: "By how the agent's calls of the last 30 days went."
        case .standard: "By common outcomes: the agent has too few calls yet to learn from."
        }
    }
}
