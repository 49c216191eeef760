import Calls
import Telephony
import Testing

@testable import SIP

@Suite("Messages as text")
struct MessageTests {
    private static let challenged = [
        "INVITE sip:+15551230001@192.0.2.1 SIP/2.0", "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKa;rport",
        #"f: "A \" <b>" <sip:alice@a.example;user=phone>;tag=1"#, "To: <sip:bob@b.example>", "i: abc@trunkline",
        "CSeq: 7 INVITE", "Subject: one", "\t two", "Reason: SIP;cause=200, Q.850 ;cause=16;text=\"x\"",
        #"Proxy-Authorization: Digest username="alice", realm="r, s", nonce="n0", uri="sip:x", response="4e1f", cnonce=c0, nc=01"#,
        "", "Authorization: Digest response=\"in the body\"",
    ].joined(separator: "\r\n")

    @Test("Headers are found by their full names, folded lines joined, the body left alone")
    func parsing() throws {
        let message = try #require(SIPText(Self.challenged))
        #expect(message.method == "INVITE")
        #expect(message.status == nil)
        #expect(message.requestURI == "sip:+15551230001@192.0.2.1")
        #expect(message.first("call-id") == "abc@trunkline")
        #expect(message.first("subject") == "one two")
        #expect(message.first("authorization") == nil)
        #expect(message.sequence?.number == 7)
        #expect(message.q850Cause == 16)
        let from = try #require(message.first("from").flatMap { SIPAddress($0) })
        #expect(from.uri == "sip:alice@a.example;user=phone")
        #expect(from.tag == "1")
        let response = try #require(SIPText("SIP/2.0 486 Busy Here\r\n\r\n"))
        #expect(response.status == 486)
        #expect(response.phrase == "Busy Here")
        #expect(response.method == nil)
    }

    @Test("A list is split at its commas, not at those in names and URIs")
    func lists() {
        let list: Substring = #""a, b" <sip:x@y?z=1,2>;q=1, <sip:p;lr> , "#
        #expect(list.listElements == [#""a, b" <sip:x@y?z=1,2>;q=1"#, "<sip:p;lr>"])
    }

    @Test("What helps to guess a password is masked, the rest is as it was")
    func masking() {
        let masked = SIPMessage.masked(Self.challenged)
        #expect(
            masked.contains(
                #"username="alice", realm="r, s", nonce="•••", uri="sip:x", response="•••", cnonce=•••, nc=01"# + "\r\n"
            )
        )
        #expect(masked.replacing("•••", with: "").count < Self.challenged.count)
        let plain = "BYE sip:x SIP/2.0\r\nCall-ID: auth\r\n\r\n"
        #expect(SIPMessage.masked(plain) == plain)
    }

    @Test("A dialog that repeats itself for hours keeps its beginning and its end")
    func bounded() {
        let trace = SIPTrace()
        for number in 0..<1000 {
            trace.append(SIPMessage(at: Int64(number), sent: true, peer: "udp/192.0.2.1:5060", text: ""))
        }
        #expect(trace.messages.count == SIPTrace.limit)
        #expect(trace.messages.first?.at == 0)
        #expect(trace.messages.last?.at == 999)
    }

    @Test("The dialog's name follows the wire: challenge, answer, recorded route, moved Contact")
    func dialogRecord() throws {
        func message(_ lines: String...) throws -> SIPText {
            try #require(SIPText((lines + ["", ""]).joined(separator: "\r\n")))
        }
        let head = ["From: <sip:a@x>;tag=L", "Call-ID: c"]
        var record = DialogRecord(
            Dialog(
                callID: "c",
                localURI: "sip:a@x",
                localTag: "L",
                remoteURI: "sip:b@y",
                remoteTag: nil,
                target: "sip:b@y",
                routes: [],
                sequence: 1,
                via: "SIP/2.0/UDP x;branch=1",
                trunk: "t"
            )
        )
        record.passed(
            try message(
                "INVITE sip:b@y SIP/2.0",
                "Via: SIP/2.0/UDP x;branch=1",
                head[0],
                head[1],
                "To: <sip:b@y>",
                "CSeq: 1 INVITE"
            ),
            sent: true
        )
        record.passed(
            try message("SIP/2.0 407 No", head[0], head[1], "To: <sip:b@y>;tag=Q", "CSeq: 1 INVITE"),
            sent: false
        )
        #expect(record.refusal == 407)
        record.passed(
            try message(
                "INVITE sip:b@y SIP/2.0",
                "Via: SIP/2.0/UDP x;branch=2",
                head[0],
                head[1],
                "To: <sip:b@y>",
                "CSeq: 2 INVITE"
            ),
            sent: true
        )
        #expect(record.refusal == nil)
        #expect(record.dialog.via == "SIP/2.0/UDP x;branch=2")
        #expect(record.dialog.remoteTag == nil)
        let answer = [
            "SIP/2.0 200 OK", "Record-Route: <sip:p2;lr>, <sip:p1;lr>", head[0], head[1], "To: <sip:b@y>;tag=R",
            "Contact: \"B\" <sip:b@z;transport=tcp>;expires=5", "CSeq: 2 INVITE", "", "",
        ]
        record.passed(try #require(SIPText(answer.joined(separator: "\r\n"))), sent: false)
        #expect(record.refusal == nil)
        #expect(record.dialog.remoteTag == "R")
        #expect(record.dialog.target == "sip:b@z;transport=tcp")
        #expect(record.dialog.routes == ["<sip:p1;lr>", "<sip:p2;lr>"])
        // Another fork's answer does not move it; the far end's own re-INVITE does.
        let fork = answer.map { $0.replacing("tag=R", with: "tag=F").replacing("b@z", with: "f@z") }
        record.passed(try #require(SIPText(fork.joined(separator: "\r\n"))), sent: false)
        #expect(record.dialog.target == "sip:b@z;transport=tcp")
        record.passed(
            try message(
                "INVITE sip:a@x SIP/2.0",
                "From: <sip:b@y>;tag=R",
                "To: <sip:a@x>;tag=L",
                "Contact: <sip:b@new>",
                "CSeq: 9 INVITE"
            ),
            sent: false
        )
        #expect(record.dialog.target == "sip:b@new")
        #expect(record.lastStatus == 200)
    }

    @Test(
        "A trunk that could not be written into a message is refused",
        arguments: [
            "192.0.2.1", "sip:", "sip:a b", "sip:host:0", "sip:host:99999", "sip:user@host", "sip:host;x=\r\nEvil: 1",
            "sip:host;<",
        ]
    )
    func badTrunk(uri: String) {
        #expect(throws: SIPError.self) { _ = try Trunk(name: "t", uri: uri).checked() }
    }

    @Test("A good trunk is taken, a secret is never shown")
    func goodTrunk() throws {
        let trunk = Trunk(
            name: "t",
            uri: "sip:sip.example:5080;transport=TCP",
            outboundProxy: "sip:10.0.0.1",
            username: "u",
            password: TrunkSecret("hunter2")
        )
        let (destination, route) = try trunk.checked()
        #expect(destination.uri(user: "+1555") == "sip:+1555@sip.example:5080;transport=TCP")
        #expect(destination.isTCP)
        #expect(route == "<sip:10.0.0.1;lr>")
        var dumped = ""
        dump(trunk, to: &dumped)
        #expect(!dumped.contains("hunter2") && !"\(trunk)".contains("hunter2"))
        var colon = trunk
        colon.password = TrunkSecret("a:b")
        #expect(throws: SIPError.self) { _ = try colon.checked() }
    }
}
