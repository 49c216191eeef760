import Calls

// Tools whose outcome takes time. The talk goes on meanwhile, and a callee who speaks calls nothing back.
extension TalkLoop {
    /// How many requests a call may make: a model that goes round in circles is stopped.
    private static let mostRequests = 40
    /// How many may be under way at once.
    private static let mostErrands = 4

    /// Has `request` made for a tool. Throws `TalkTool.Refusal`.
    func send(
        _ call: ToolCall,
        line: Int,
        _ request: @escaping @Sendable () async throws(RequestFailure) -> String
    ) throws {
        guard !errands.values.contains(where: { $0.call.name == call.name && $0.call.members == call.members }) else {
            throw TalkTool.Refusal(words: "It is under way already. Wait for it.")
        }
        guard errands.count < Self.mostErrands, errandCount < Self.mostRequests else {
            throw TalkTool.Refusal(words: "Too many tools were used. Go on without.")
        }
        let number = start(Errand(call: call, line: line, start: position))
        let inbox = inbox
        begin(
            Work {
                do throws(RequestFailure) {
                    inbox.put(.returned(errand: number, .success(try await request())))
                } catch {
                    inbox.put(.returned(errand: number, .failure(error)))
                }
            }
        )
    }

    /// Hands the callee over once the agent's words are out. Throws `TalkTool.Refusal`.
    func transfer(to destination: TransferDestination, _ call: ToolCall, line: Int) throws {
        guard !errands.values.contains(where: { $0.transfer != nil }) else {
            throw TalkTool.Refusal(words: "The callee is being handed over already. Wait for it.")
        }
        var errand = Errand(call: call, line: line, start: position)
        errand.transfer = destination
        _ = start(errand)
    }

    private func start(_ errand: Errand) -> Int {
        errandCount += 1
        errands[errandCount] = errand
        dialogue.result("It is under way. There is no outcome yet.", of: errand.call)
        return errandCount
    }

    /// Asks for the hand-over when the callee has heard of it.
    func handOver() {
        guard muted == nil, !mouth.isSpeaking, position - chronicle.agentEnd >= 800 else { return }
        for (number, errand) in errands where !errand.isAsked {
            guard let destination = errand.transfer else { continue }
            errands[number]?.isAsked = true
            chronicle.report(.transfer(destination))
        }
    }

    /// Whoever has something to say to it is not handed over yet.
    func withdrawTransfer() {
        for (number, errand) in errands where errand.transfer != nil && !errand.isAsked {
            errands[number] = nil
            note(
                errand.call,
                "The callee spoke before it was done: nothing was done.",
                since: errand.start,
                isRefused: true
            )
        }
    }

    /// A request is back.
    func take(_ result: Result<String, RequestFailure>, errand number: Int) {
        guard let errand = errands.removeValue(forKey: number) else { return }
        switch result {
        case .success(let answer): note(errand.call, answer, since: errand.start)
        case .failure(let failure):
            note(
                errand.call,
                failure.description,
                since: errand.start,
                isRefused: failure.isRefused,
                isFailed: !failure.isRefused
            )
        }
        goOn(after: errand)
    }

    /// It is known what became of handing the callee over.
    func take(_ outcome: TransferOutcome) {
        guard let (number, errand) = errands.first(where: { $0.value.isAsked }), let destination = errand.transfer
        else {
            return
        }
        errands[number] = nil
        account.transfers =
            (account.transfers ?? []) + [
                ConversationAccount.Transfer(to: destination.name, at: Int(errand.start / 8), outcome: outcome)
            ]
        let status = outcome.sipStatus.map { " (\($0))" } ?? ""
        let words =
            switch outcome.result {
            case .transferred: "The callee was handed over."
            case .refused:
                "\(outcome.reason ?? "The telephone network does not hand this call over\(status)"). The callee is still with you: say so, and go on."
            case .failed: "Nobody could be reached there\(status). The callee is still with you: say so, and go on."
            case .unknown:
                "It is not known what came of it. If the callee is still there, say that it did not work, and go on."
            }
        note(errand.call, words, since: errand.start, isFailed: outcome.result != .transferred)
        guard outcome.result != .transferred else {
            _ = interrupt()
            turns.isInterruptible = false
            leaving = leaving ?? .transferred
            return
        }
        goOn(after: errand)
    }

    /// Has the model say what came of it: at once if it waits for that, else when there is room for it.
    private func goOn(after errand: Errand) {
        guard leaving == nil, !errands.values.contains(where: { $0.line == errand.line }) else { return }
        guard let reply, reply.isOnErrand, reply.line == errand.line else {
            // What it is told stands where the tool was called, and may have been passed over since.
            inform("\(errand.call.name) has its outcome now")
            isOwed = true
            return
        }
        self.reply?.isOnErrand = false
        guard reply.rounds < parts.limits.rounds else {
            self.reply = nil
            waiting = nil
            return
        }
        self.reply?.rounds += 1
        waiting = muted == nil ? Waiting(limits: parts.limits.waiting, since: position) : nil
        ask(dialogue)
    }

    /// The call is over, or somebody else is on the line: nobody waits for these any more.
    func abandonErrands() {
        for (_, errand) in errands.sorted(by: { $0.key < $1.key }) {
            if let destination = errand.transfer {
                account.transfers =
                    (account.transfers ?? []) + [
                        ConversationAccount.Transfer(
                            to: destination.name,
                            at: Int(errand.start / 8),
                            outcome: TransferOutcome(.unknown)
                        )
                    ]
            }
            note(errand.call, "Its outcome was not waited for.", since: errand.start, isFailed: true)
        }
        errands = [:]
    }
}
