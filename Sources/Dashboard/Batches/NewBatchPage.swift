import Calls
import Engine

/// The form for a new batch, and what would become of it.
struct NewBatchPage {
    enum Outcome {
        case preview(ListPreview, Forecast)
        case refusal(String)
    }

    let form: NewBatchForm
    /// Those that can place calls.
    let agents: [Agent]
    let hasLiveTrunk: Bool
    let context: SessionContext
    /// Nil until a list was read.
    var outcome: Outcome?
    /// A list was sent that the browser does not send a second time.
    var wasSent = false

    /// It shows itself what stands in the way of a launch.
    var explainsRefusal: Bool {
        guard case .preview(let preview, _) = outcome, !form.leavesOutFaulty else { return false }
        return PreviewView.stops(preview)
    }

    var html: HTML {
        guard !agents.isEmpty else { return .firstAnAgent(context) }
        return """
            <form method="post" action="/batches/new" enctype="multipart/form-data" class="columns" data-upload="/batches/check">
            \(context.session.token)
            <input type="hidden" name="request" value="\(form.request)">
            <div class="stack">
            \(list)
            \(pace)
            \(times)
            \(more)
            </div>
            <div class="stack sticky">
            <section aria-label="What would happen" id="preview" aria-live="polite">\(preview)</section>
            \(if: wasSent, HTML.notice("<p>Choose the file once more before you launch: browsers forget it when a page is loaded.</p>", .wait))
            <div class="buttons"><button name="do" value="launch">Launch</button><button name="do" value="check" class="second">Check the list</button><button formaction="/batches/annotated" class="second" data-download>Download it with verdicts</button></div>
            </div>
            </form>
            """
    }

    private var list: HTML {
        """
        <section class="card stack"><h2>Whom to call, and by whom</h2>
        <label>List of contacts, as comma-separated values <input type="file" name="file" accept=".csv,.txt,text/csv" required></label>
        <p class="hint">The first line names the columns. One is <code>phone</code>, with the country's code; every other becomes a variable of the agent's. <a href="/batches/example.csv" download>An example</a> calls the phone lab.</p>
        <div class="grid">
        <label>Name <input name="name" value="\(form.shown("name"))" maxlength="255" required autocomplete="off" placeholder="June reminders"></label>
        <label>Agent <select name="agent">\(agents.map { HTML.option($0.slug, "\($0.name) (\($0.slug))", isChosen: $0.slug == form.agent) })</select></label>
        </div>
        \(network)
        <label class="check"><input type="checkbox" name="leave_out_faulty" value="1"\(if: form.leavesOutFaulty, " checked")> Leave out rows with something wrong, instead of refusing the list</label>
        <details><summary>How the file is written</summary><div class="grid">
        <label>Column of the numbers <input name="phone_column" value="\(form.shown("phone_column"))" placeholder="phone" autocomplete="off"></label>
        <label>Country of numbers without a code <input name="region" value="\(form.shown("region"))" maxlength="2" placeholder="none: they are refused" autocomplete="off"></label>
        </div>
        <label class="check"><input type="checkbox" name="allow_duplicates" value="1"\(if: form.isTicked("allow_duplicates"), " checked")> Call a number twice that stands twice</label>
        </details>
        </section>
        """
    }

    private var network: HTML {
        guard hasLiveTrunk else {
            return """
                <input type="hidden" name="mode" value="test">
                <p class="hint">It goes to the phone lab, inside this server. A trunk in the configuration opens the real network.</p>
                """
        }
        return """
            <fieldset class="line"><legend>Network</legend>
            <label><input type="radio" name="mode" value="test"\(if: form.mode == .test, " checked")> Phone lab</label>
            <label><input type="radio" name="mode" value="live"\(if: form.mode == .live, " checked")> Live: real telephones ring</label>
            </fieldset>
            """
    }

    private var pace: HTML {
        """
        <section class="card stack"><h2>How fast</h2><div class="grid">
        <label>Calls per minute <input name="calls_per_minute" type="number" min="1" max="6000" required value="\(form.shown("calls_per_minute", "5"))"></label>
        <label>At most at once <input name="concurrency" type="number" min="1" max="10000" value="\(form.shown("concurrency"))" placeholder="as many as fit"></label>
        <label>At most per day <input name="calls_per_day" type="number" min="1" max="1000000" value="\(form.shown("calls_per_day"))" placeholder="any number"></label>
        </div>
        <label class="check"><input type="checkbox" name="breaker" value="1"\(if: form.isTicked("breaker", true), " checked")> Pause it by itself if half of the calls fail for a reason that is not the callees'</label>
        <label class="check"><input type="checkbox" name="paused" value="1"\(if: form.isTicked("paused"), " checked")> Leave it standing until somebody resumes it</label>
        </section>
        """
    }

    private var times: HTML {
        let weekend: [CallingHours.Weekday] = [.saturday, .sunday]
        let days: [HTML] = CallingHours.Weekday.allCases.map { day in
            """
            <label><input type="checkbox" name="day.\(day.rawValue)" value="1"\(if: form.isTicked("day.\(day.rawValue)", !weekend.contains(day)), " checked")> \(day.words)</label>
            """
        }
        return """
            <section class="card stack"><h2>When</h2>
            <p class="hint">The project's calling hours hold in any case. These narrow them, on the callee's own clock.</p>
            <div class="grid">
            <label>Calls from <input name="hours_from" type="time" value="\(form.shown("hours_from"))"></label>
            <label>to <input name="hours_to" type="time" value="\(form.shown("hours_to"))"></label>
            </div>
            <fieldset class="line"><legend>Days</legend>\(days)</fieldset>
            <details\(if: form.fields["start_at"] != nil || form.fields["deadline"] != nil, " open")><summary>A start, and an end</summary><div class="grid">
            <label>Begins <input name="start_at" type="datetime-local" value="\(form.shown("start_at"))"></label>
            <label>Nothing dialed after <input name="deadline" type="datetime-local" value="\(form.shown("deadline"))"></label>
            <label>Time zone of both, and of days <input name="time_zone" value="\(form.shown("time_zone", "UTC"))" data-zone="\(form.isNew ? "1" : "")" autocomplete="off"></label>
            </div></details>
            </section>
            """
    }

    private var more: HTML {
        let reasons: [HTML] = NewBatchForm.retried.map { reason in
            """
            <label><input type="checkbox" name="retry.\(reason.rawValue)" value="1"\(if: form.isTicked("retry.\(reason.rawValue)"), " checked")> \(reason.words)</label>
            """
        }
        return """
            <section class="card stack"><h2>Second tries, and when it is enough</h2>
            <fieldset class="line"><legend>Call again after</legend>\(reasons)</fieldset>
            <div class="grid">
            <label>Calls per contact, at most <input name="retry_budget" type="number" min="2" max="20" value="\(form.shown("retry_budget", "2"))"></label>
            <label>Minutes between <input name="retry_delay" type="number" min="1" max="43200" value="\(form.shown("retry_delay", "60"))"></label>
            <label>Stops at a spend of <input name="stop_spend" inputmode="decimal" value="\(form.shown("stop_spend"))" placeholder="no limit" autocomplete="off"></label>
            <label>Stops after goals met <input name="stop_goals" type="number" min="1" value="\(form.shown("stop_goals"))" placeholder="no limit"></label>
            </div>
            </section>
            """
    }

    var preview: HTML {
        switch outcome {
        case nil:
            """
            <div class="card"><h2>What would happen</h2><p class="quiet">Choose a list: each row that cannot be called is shown here with its reason, and how long the batch would take, before anybody is called.</p></div>
            """
        case .refusal(let message): .notice("<p><strong>Would not be launched.</strong> \(message)</p>", .bad)
        case .preview(let preview, let forecast):
            PreviewView(preview: preview, forecast: forecast, leavesOutFaulty: form.leavesOutFaulty).html
        }
    }
}

extension HTML {
    /// What stands where nothing can be done before there is an agent.
    static func firstAnAgent(_ context: SessionContext) -> HTML {
        .empty(
            "First, an agent",
            "An agent is who speaks: a voice, a greeting, what is asked and what is done with each answer. The example reminds somebody of an appointment, and needs nothing but this server.",
            action: """
                <form method="post" action="/agents/example">\(context.session.token)<button>Add the example agent</button></form>
                <p class="quiet">Or write your own: <a href="/agents">Agents</a>.</p>
                """
        )
    }
}

extension CallingHours.Weekday {
    /// `Mon`
    var words: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}
