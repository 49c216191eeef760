import Foundation
import PhoneLab
import Testing

@Suite("A person's script in YAML")
struct PersonScriptTests {
    @Test("Everything that can be written is read")
    func whole() throws {
        let script = try PersonScript(
            yaml: """
                name: Anna
                number: "+1 555 010 0042"
                voice: slt
                rings_ms: [200, 400]
                hello_after_ms: 100
                hello: ["Hello?", {wait_ms: 500}, {say: "Anna here."}]
                pause_ms: 600
                replies:
                  - hear: [Which day, "what day"]
                    do: Tuesday.
                  - turn: 2
                    times: 1
                    do:
                      - press: "1#"
                      - hang_up
                  - key: "0"
                    do: One moment.
                otherwise: Yes.
                interrupt: {after_ms: 1500, turn: 1, times: 2, do: Stop.}
                backchannel: {every_ms: 2000, say: [uh huh, mm hm], times: 4}
                after_silence: {after_ms: 5000, times: 3, do: [Are you there?]}
                """,
            source: "anna.yaml"
        )
        let expected = PersonScript(
            name: "Anna",
            number: "+15550100042",
            voice: "slt",
            rings: 200...400,
            helloDelay: 100,
            hello: [.say("Hello?"), .wait(500), .say("Anna here.")],
            pause: 600...600,
            replies: [
                .init(hear: ["which day", "what day"], steps: [.say("Tuesday.")]),
                .init(turn: 2, times: 1, steps: [.press("1#"), .hangUp]),
                .init(key: "0", steps: [.say("One moment.")]),
            ],
            otherwise: [.say("Yes.")],
            interruption: .init(after: 1500, turn: 1, times: 2, steps: [.say("Stop.")]),
            backchannel: .init(every: 2000, says: ["uh huh", "mm hm"], times: 4),
            afterSilence: .init(after: 5000, times: 3, steps: [.say("Are you there?")])
        )
        #expect(script == expected)
    }

    @Test("Only a name and a number are needed")
    func least() throws {
        let script = try PersonScript(yaml: "name: Bo\nnumber: '15550100001'", source: "bo.yaml")
        #expect(script == PersonScript(name: "Bo", number: "+15550100001"))
    }

    @Test(
        "A mistake is told with its line and what would be right",
        arguments: [
            ("name: A\nnumber: '+15550100001'\nvoice: bob", 3, "slt, rms, awb, kal"),
            ("name: A\nnumber: '+15550100001'\nvoise: slt", 3, "unknown key 'voise'"),
            ("name: A\nnumber: '+14155550100'", 2, "+1 555 010"),
            ("name: A\nnumber: '+15550200486'", 2, "+1 555 010"),
            ("name: A\nnumber: 'sip:15550100001'", 2, "+1 555 010"),
            ("name: A", 1, "needs a name and a number"),
            ("name: A\nnumber: '+15550100001'\nreplies:\n  - hear: 'which day'", 4, "needs a 'do'"),
            ("name: A\nnumber: '+15550100001'\nreplies:\n  - do: 'Yes.'", 4, "'hear', 'turn' or 'key'"),
            ("name: A\nnumber: '+15550100001'\nreplies:\n  - hear: 'ok'\n    do: 'Yes.'", 4, "six letters"),
            ("name: A\nnumber: '+15550100001'\nreplies:\n  - turn: 0\n    do: 'Yes.'", 4, "from 1 up"),
            ("name: A\nnumber: '+15550100001'\notherwise:\n  - press: 'hello'", 4, "0 to 9"),
            ("name: A\nnumber: '+15550100001'\notherwise:\n  - wave: '1'", 4, "unknown key 'wave'"),
            ("name: A\nnumber: '+15550100001'\npause_ms: [5, 3]", 3, "[least, most]"),
            ("name: A\nnumber: '+15550100001'\npause_ms: -5", 3, "from 0 up"),
            ("name: A\nnumber: '+15550100001'\nhello: [", 4, "node content"),
            ("name: A\nname: B\nnumber: '+15550100001'", 1, "twice"),
            ("- just\n- a list", 1, "a mapping"),
        ]
    )
    func mistakes(yaml: String, line: Int, problem: String) {
        #expect {
            _ = try PersonScript(yaml: yaml, source: "x.yaml")
        } throws: { error in
            guard let error = error as? ScriptError else { return false }
            return error.line == line && error.problem.contains(problem)
                && error.description.hasPrefix("x.yaml:\(line): ")
        }
    }

    @Test("An empty file is a mistake too")
    func empty() {
        #expect(throws: ScriptError.self) { try PersonScript(yaml: "", source: "x.yaml") }
    }

    @Test("The sample scripts are read")
    func samples() throws {
        let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/persons")
            .standardized
        let files = try FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }
        #expect(files.count >= 2)
        for file in files {
            let yaml = try String(contentsOf: file, encoding: .utf8)
            #expect(throws: Never.self) { try PersonScript(yaml: yaml, source: file.lastPathComponent) }
        }
    }
}
