extension NumberPlan {
    static var machines: [LabNumber] {
        [
            LabNumber("+1 555 030 0001", "voicemail, short greeting, beep", .answers) { _ in
                Voicemail(greeting: [
                    SpokenLine("Hi, you've reached Sam. Please leave a message after the tone.", voice: "awb")
                ])
            },
            LabNumber("+1 555 030 0002", "voicemail, long greeting, beep", .answers) { _ in
                Voicemail(greeting: longGreeting.map { SpokenLine($0, voice: "rms") })
            },
            LabNumber("+1 555 030 0003", "voicemail without a beep", .answers) { _ in
                Voicemail(
                    greeting: [SpokenLine("You've reached the Miller family. Leave us a message.", voice: "rms")],
                    beep: nil
                )
            },
            LabNumber("+1 555 030 0004", "mailbox full: says so and hangs up", .answers) { _ in
                Voicemail(
                    greeting: [SpokenLine("The mailbox of the person you have called is full. Goodbye.", voice: "rms")],
                    beep: nil,
                    longestMessage: 0
                )
            },
            LabNumber(person: screener),
            LabNumber(person: menu),
            LabNumber("+1 555 030 0007", "a fax answers: 2,100 Hz", .answers) { _ in Announcement(fax, times: 3) },
            LabNumber("+1 555 030 0008", "a fax calls: 1,100 Hz every three seconds", .answers) { _ in
                Announcement([.sound(LabSound.faxCalling, name: "fax calling"), .pause(3000)], times: 10)
            },
            LabNumber("+1 555 030 0009", "answered by the network: not in service", .answers) { _ in
                Announcement(
                    announcement(
                        LabSound.specialInformation,
                        "We're sorry. The number you have dialed is not in service."
                    ),
                    times: 2
                )
            },
            LabNumber("+1 555 030 0010", "answered by the network: all circuits are busy", .answers) { _ in
                Announcement(
                    announcement(
                        LabSound.noCircuit,
                        "We're sorry. All circuits are busy now. Please try your call again later."
                    ),
                    times: 2
                )
            },
            LabNumber("+1 555 030 0011", "answered with busy tone", .answers) { _ in
                Announcement([.sound(LabSound.busy, name: "busy tone"), .pause(500)], times: 30)
            },
            LabNumber("+1 555 030 0013", "a recording that says its piece and hangs up", .answers) { _ in
                Announcement(
                    [
                        .pause(400),
                        .words(SpokenLine("Our garden is closed in winter. It opens again in March.", voice: "rms")),
                        .pause(600),
                    ],
                    times: 1
                )
            },
            LabNumber("+1 555 030 0012", "a machine whose owner picks up during the message", .answers) { random in
                AnsweringMachine(
                    Voicemail(greeting: [
                        SpokenLine(
                            "Hi, this is Robert. I am not at home right now. Leave a message after the tone, and I will call you back.",
                            voice: "rms"
                        )
                    ]),
                    owner: Person(script: owner, random: random),
                    patience: 1500
                )
            },
        ]
    }

    /// The answer, and the first of what two modems say to each other (ITU-T T.30: 2,100 Hz for 2.6 to 4 s, then V.21 at 1,650 and 1,850 Hz).
    private static let fax: [Announcement.Part] = [
        .sound(LabSound.tone([2100], milliseconds: 3000, level: -13), name: "fax answering"),
        .pause(75),
        .sound(LabSound.modem(milliseconds: 1500), name: "modem"),
        .pause(3000),
    ]

    private static func announcement(_ tones: [Int16], _ text: String) -> [Announcement.Part] {
        [.sound(tones, name: "special information tones"), .words(SpokenLine(text, voice: "slt")), .pause(2000)]
    }

    private static let owner = PersonScript(
        name: "picks up, then confirms",
        number: "+1 555 030 0012",
        voice: "rms",
        helloDelay: 0,
        hello: [.say("Hello? Hello, I am here.")],
        otherwise: [.say("Yes.")]
    )

    private static let longGreeting = [
        "Hello, and thank you for calling.",
        "You have reached the voicemail of Samantha Jones at Harbor Street Flowers.",
        "I am out of the office, or with a customer, and cannot come to the telephone right now.",
        "Our hours are Monday to Friday, nine to five, and Saturday until noon.",
        "If you are calling about an order, please have its number ready.",
        "Please leave your name, your number and a short message after the tone, and I will call you back as soon as I can.",
    ]

    /// What a telephone says that asks callers who they are before it rings.
    private static let screener = PersonScript(
        name: "call screener: asks who calls and why, then the person answers",
        number: "+1 555 030 0005",
        voice: "slt",
        rings: 200...400,
        helloDelay: 200,
        hello: [
            .say(
                "Hi. The person you are calling is using a screening service, and will get a copy of this conversation."
            ),
            .say("Go ahead and say your name, and why you are calling."),
        ],
        pause: 900...1100,
        replies: [
            PersonScript.Reply(
                turn: 1,
                steps: [.say("Thank you. Please stay on the line."), .wait(2500), .say("Hello, I'm here.")]
            )
        ],
        otherwise: [.say("Yes.")]
    )

    private static let menu = PersonScript(
        name: "menu: press 1, 2 or 0",
        number: "+1 555 030 0006",
        voice: "awb",
        hello: [
            .say("Thank you for calling Harbor Street Flowers. For orders, press 1. For opening hours, press 2."),
            .say("To speak to a person, press 0."),
        ],
        pause: 1500...1500,
        replies: [
            PersonScript.Reply(key: "1", steps: [.say("Orders. All our florists are busy. Goodbye."), .hangUp]),
            PersonScript.Reply(
                key: "2",
                steps: [.say("We are open Monday to Friday from nine to five. Goodbye."), .hangUp]
            ),
            PersonScript.Reply(key: "0", steps: [.wait(800), .say("Flower shop, this is Sam. How can I help you?")]),
        ],
        otherwise: [.say("Sorry, I did not get that. Press 1, 2 or 0.")],
        afterSilence: PersonScript.Silence(
            after: 6000,
            times: 1,
            steps: [.say("Press 1, 2 or 0."), .wait(4000), .hangUp]
        )
    )
}
