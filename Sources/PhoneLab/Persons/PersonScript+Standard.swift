extension PersonScript {
    /// The people on +1 555 010 0001 and up. `docs/lab.md` lists them.
    package static var standard: [PersonScript] {
        [
            confirming(at: "+1 555 010 0001", "confirms"),
            PersonScript(
                name: "declines, and wants another day",
                number: "+1 555 010 0002",
                voice: "awb",
                replies: slots + [Reply(turn: 1, steps: [.say("No, I can't.")]), agreement],
                otherwise: emphasis
            ),
            PersonScript(
                name: "asks who is calling, then confirms",
                number: "+1 555 010 0003",
                replies: [Reply(turn: 1, steps: [.say("Who is this?")])] + farewell,
                otherwise: [.say("Yes.")]
            ),
            PersonScript(
                name: "opts out",
                number: "+1 555 010 0004",
                voice: "awb",
                replies: [Reply(turn: 1, steps: [.say("Stop calling me.")])],
                otherwise: []
            ),
            PersonScript(
                name: "asks to hold on for 8 s, then confirms",
                number: "+1 555 010 0005",
                replies: [
                    Reply(turn: 1, steps: [.say("Hold on, please."), .wait(8000), .say("Okay, I'm back.")])
                ] + farewell,
                otherwise: [.say("Yes.")]
            ),
            PersonScript(
                name: "puts the caller on hold with music for 12 s, then confirms",
                number: "+1 555 010 0018",
                replies: [
                    Reply(
                        turn: 1,
                        steps: [.say("Hold on, please."), .wait(1000), .music(12_000), .say("Okay, I'm back.")]
                    )
                ] + farewell,
                otherwise: [.say("Yes.")]
            ),
            PersonScript(
                name: "interrupts with the answer",
                number: "+1 555 010 0006",
                voice: "awb",
                hello: [],
                replies: farewell + [agreement],
                otherwise: emphasis,
                interruption: Interruption(after: 4000, steps: [.say("Yes, that's fine.")])
            ),
            PersonScript(
                name: "says uh-huh while being spoken to, then confirms",
                number: "+1 555 010 0007",
                hello: [],
                replies: farewell,
                otherwise: [.say("Yes.")],
                backchannel: Backchannel(every: 1800, says: ["uh huh", "um hum"])
            ),
            PersonScript(
                name: "mumbles, then uses the keypad",
                number: "+1 555 010 0008",
                voice: "awb",
                replies: [
                    Reply(
                        hear: ["press one", "press two", "one for yes", "your keypad"],
                        steps: [.wait(300), .press("1")]
                    )
                ] + farewell,
                otherwise: [.say("The purple curtains were never quite as tall as that.")]
            ),
            PersonScript(
                name: "never speaks, uses the keypad",
                number: "+1 555 010 0009",
                hello: [],
                pause: 700...900,
                otherwise: [.press("1")]
            ),
            PersonScript(
                name: "says it is the wrong number",
                number: "+1 555 010 0010",
                replies: [Reply(turn: 1, steps: [.say("You have the wrong number.")])],
                otherwise: []
            ),
            PersonScript(
                name: "asks for a person",
                number: "+1 555 010 0011",
                voice: "awb",
                replies: [Reply(turn: 1, steps: [.say("I want to speak to a person.")]), agreement],
                otherwise: emphasis
            ),
            PersonScript(
                name: "asks to repeat, then confirms",
                number: "+1 555 010 0012",
                replies: [Reply(turn: 1, steps: [.say("Can you repeat that?")])] + farewell,
                otherwise: [.say("Yes.")]
            ),
            PersonScript(
                name: "answers survey questions: a number, a day, a time, digits",
                number: "+1 555 010 0013",
                replies: slots,
                otherwise: [.say("Yes.")]
            ),
            PersonScript(
                name: "confirms and hangs up before the goodbye",
                number: "+1 555 010 0014",
                voice: "awb",
                replies: [Reply(turn: 1, steps: [.say("Yes, I can."), .wait(400), .hangUp])]
            ),
            PersonScript(
                name: "says no to everything",
                number: "+1 555 010 0015",
                voice: "awb",
                replies: farewell,
                otherwise: [.say("No.")]
            ),
            PersonScript(
                name: "leaves a message",
                number: "+1 555 010 0016",
                pause: 700...900,
                replies: [
                    Reply(
                        turn: 1,
                        steps: [
                            .say("Hello, this is Robert. The parcel came on Monday, but the blue box was missing."),
                            .wait(900),
                            .say("Please call me back in the afternoon."),
                        ]
                    )
                ]
            ),
            PersonScript(
                name: "wants to leave no message",
                number: "+1 555 010 0017",
                pause: 700...900,
                replies: [Reply(turn: 1, steps: [.say("No message, thanks.")])]
            ),
        ]
    }

    /// Agrees to whatever is asked.
    static func confirming(
        at number: LabNumber.Digits,
        _ name: String,
        rings: ClosedRange<Int>? = nil
    ) -> PersonScript {
        PersonScript(
            name: name,
            number: number,
            rings: rings,
            replies: [Reply(turn: 1, steps: [.say("Yes, I can.")])] + farewell,
            otherwise: [.say("Yes.")],
            afterSilence: Silence(after: 8000, times: 2, steps: [.say("Are you still there?")])
        )
    }

    /// Nobody says yes to a goodbye.
    private static var farewell: [Reply] {
        [Reply(hear: ["goodbye", "have a nice day", "have a good day"], steps: [.say("Bye.")])]
    }

    /// In a voice in which a lone "Yes." is easily taken for nothing it is said so once,
    private static var agreement: Reply { Reply(times: 1, steps: [.say("Yes.")]) }

    /// and from then on in more words, as by anybody who is asked again.
    private static var emphasis: [Step] { [.say("Yes, that's right.")] }

    /// Answers to the questions that a flow's slots ask.
    private static var slots: [Reply] {
        [
            Reply(hear: ["which day", "what day"], steps: [.say("Thursday.")]),
            Reply(hear: ["what time", "which time"], steps: [.say("Half past three.")]),
            Reply(hear: ["how many", "from zero to ten", "how likely"], steps: [.say("Eight.")]),
            Reply(hear: ["four digits", "zip code", "postal code"], steps: [.say("Four, seven, one, one.")]),
        ] + farewell
    }
}
