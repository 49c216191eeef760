extension NumberPlan {
    static var lines: [LabNumber] {
        [
            LabNumber("+1 555 040 0001", "answers and says nothing", .answers),
            LabNumber("+1 555 040 0002", "echo: sends back what it hears", .answers) { _ in EchoCallee() },
            LabNumber("+1 555 040 0003", "steady tone of 440 Hz, no listening: for load", .answers(ringing: 100...200))
            { _ in
                LoopCallee(.tone)
            },
            LabNumber("+1 555 040 0004", "music on hold", .answers) { _ in LoopCallee(.holdMusic) },
            LabNumber("+1 555 040 0005", "answers and hangs up at once", .answers) { _ in DroppingCallee(.atOnce) },
            LabNumber("+1 555 040 0006", "hangs up in the middle of its own sentence", .answers) { _ in
                DroppingCallee(
                    .afterSpeaking(
                        1500,
                        SpokenLine("Hello, this is Robert, I was just about to leave the house.", voice: "rms")
                    )
                )
            },
            LabNumber("+1 555 040 0007", "hangs up while the caller speaks", .answers) { _ in
                DroppingCallee(.afterListening(2000))
            },
            LabNumber(
                person: .confirming(at: "+1 555 040 0008", "answers after 20 s, then confirms", rings: 20_000...20_000)
            ),
            LabNumber(
                person: .confirming(at: "+1 555 040 0009", "answers after 3 s, then confirms", rings: 3000...3000)
            ),
            confirming("+1 555 040 0010", "confirms, on a line that loses 5 % of the packets", lossPercent: 5),
            confirming("+1 555 040 0011", "rings in early media for 3 s, then confirms", .answersAfterRingback(3000)),
            confirming("+1 555 040 0012", "confirms, on a line that echoes the caller", ambience: .echo),
            confirming("+1 555 040 0013", "confirms, with a noisy room behind", ambience: .noise),
        ]
    }

    private static func confirming(
        _ digits: LabNumber.Digits,
        _ title: String,
        _ pickup: LabNumber.Pickup = .answers,
        lossPercent: Double = 0,
        ambience: Ambience = .none
    ) -> LabNumber {
        let script = PersonScript.confirming(at: digits, title)
        return LabNumber(digits, title, pickup, lossPercent: lossPercent, ambience: ambience) { random in
            Person(script: script, random: random)
        }
    }
}
