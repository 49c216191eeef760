import Calls

/// The form for the common things of an agent.
struct AgentFormView {
    let form: AgentForm
    let voices: [String]
    /// Those that the project has.
    let owned: [OwnedNumber]
    /// Nil for an agent that is still to be made.
    let agent: Agent?
    let context: SessionContext

    var html: HTML {
        let problems = form.problems
        let path = agent.map { "\($0.page)/edit" } ?? "/agents/new"
        return """
            \(problems.summary("Nothing was saved."))
            <form method="post" action="\(path)" class="stack" novalidate>\(context.session.token)
            \(form.basis.map { "<input type=\"hidden\" name=\"basis\" value=\"\($0)\">" as HTML })
            <section class="card stack"><h2>Who it is</h2>
            <div class="grid">
            \(HTML.field("Name", "name", form["name"], problems, attributes: " autocomplete=\"off\" required", hint: "as it introduces itself"))
            \(HTML.choice("Voice", "voice", voices.map { (value: $0, label: $0) } + unknownVoice, chosen: form["voice"], problems))
            \(HTML.field("Language", "language", form["language"], problems, attributes: " autocomplete=\"off\" spellcheck=\"false\""))
            </div>
            \(HTML.field("Description", "description", form["description"], problems, attributes: " autocomplete=\"off\"", hint: "for people; nobody speaks it"))
            </section>
            <section class="card stack"><h2>What it says</h2>
            <p class="hint"><code>{{name}}</code> stands for a value that each call gives.</p>
            \(HTML.area("Greeting", "greeting", form["greeting"], problems, rows: 2))
            \(instructions)
            \(HTML.field("Goodbye", "goodbye", form["goodbye"], problems, attributes: " autocomplete=\"off\""))
            </section>
            <section class="card stack"><h2>Calls</h2>
            \(HTML.area("Calls from", "numbers", form["numbers"], problems, rows: 2, attributes: " spellcheck=\"false\"", hint: numbersHint))
            <div class="grid">
            \(HTML.choice("Which of them is shown", "caller_id", [("first", "the first"), ("rotate", "one for each callee")], chosen: form["caller_id"]))
            \(HTML.field("Rings for, in seconds", "ring_timeout_s", form["ring_timeout_s"], problems, attributes: " inputmode=\"numeric\""))
            \(HTML.field("Talks for at most, in seconds", "max_duration_s", form["max_duration_s"], problems, attributes: " inputmode=\"numeric\""))
            \(HTML.field("Asks again when silent, times", "silence_reprompts", form["silence_reprompts"], problems, attributes: " inputmode=\"numeric\""))
            </div>
            \(HTML.check("Both sides are recorded", "record", isOn: form.isOn("record")))
            \(HTML.check("The callee may interrupt", "barge_in", isOn: form.isOn("barge_in")))
            <div class="grid">
            \(HTML.choice("When a mailbox answers", "voicemail_action", [("hang_up", "hang up"), ("leave_message", "leave a message"), ("talk", "talk to it")], chosen: form["voicemail_action"]))
            </div>
            \(HTML.area("Message for a mailbox", "voicemail_message", form["voicemail_message"], problems, rows: 2, hint: "empty: the greeting"))
            \(HTML.field("Its own webhook", "webhook_url", form["webhook_url"], problems, attributes: " autocomplete=\"off\" spellcheck=\"false\"", hint: "told of calls that name no other"))
            </section>
            <div class="buttons"><button>\(agent == nil ? "Make the draft" : "Save")</button>\(agent.map { "<a href=\"\($0.page)\">Cancel</a>" as HTML })</div>
            </form>
            """
    }

    private var unknownVoice: [(value: String, label: String)] {
        let voice = form["voice"]
        return voices.contains(voice) || voice.isEmpty ? [] : [(voice, "\(voice): cannot speak here")]
    }

    private var instructions: HTML {
        if let agent, agent.flow != nil {
            return
                "<p class=\"hint\">What is asked and answered is its flow: it is changed in <a href=\"\(agent.page)/document\">the document</a>.</p>"
        }
        return """
            \(HTML.area("Who it is, for a language model", "persona", form["persona"], form.problems, rows: 3))
            \(HTML.area("What it is to do, for a language model", "instructions", form["instructions"], form.problems, rows: 8))
            """
    }

    private var numbersHint: HTML {
        owned.isEmpty
            ? "one a line, as in +15550100000"
            : "one a line; the project has \(owned.map(\.number.description).joined(separator: ", "))"
    }
}
