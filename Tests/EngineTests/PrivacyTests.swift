import Calls
import Conversation
import Engine
import FoundationEssentials
import Storage
import Telephony
import Testing

@Suite("What a call keeps of the callee", .timeLimit(.minutes(1)))
struct PrivacyTests {
    private static let words = "purple elephants dance"

    /// One call to its end, and whether the words that were said on it are anywhere in the database's files.
    private func call(transcribe: Bool) async throws -> (call: Call, events: [CallEvent], isInDatabase: Bool) {
        try await withDatabaseFile { path in
            let database = try SQLiteDatabase.file(at: path)
            let bench = try await Workbench(
                network: ScriptedNetwork(.answers),
                conversations: ScriptedConversations(.quotes(Self.words)),
                database: database
            )
            let (call, events) = try await bench.run { bench in
                let placed = try await bench.place {
                    $0.transcribe = transcribe
                    $0.callbackURL = "https://127.0.0.1:9/hook"
                }
                let events = try await bench.history(placed.id)
                let transcript = try await bench.engine.calls.transcript(placed.id, project: Project.first)
                #expect(transcript.count == (transcribe ? 2 : 0))
                return (try await bench.call(placed.id), events)
            }
            try database.close()
            let files = [path, path + "-wal"].compactMap { FileManager.default.contents(atPath: $0) }
            let marker = Array(Self.words.utf8)
            let isInDatabase = files.contains { file in
                file.indices.contains { file[$0...].prefix(marker.count).elementsEqual(marker) }
            }
            return (call, events, isInDatabase)
        }
    }

    @Test(
        "With transcribe: false the callee's words are nowhere in the database, and the call still counts their turns"
    )
    func untranscribed() async throws {
        let (call, events, isInDatabase) = try await call(transcribe: false)
        #expect(!isInDatabase)
        #expect(!events.contains { $0.kind == .said })
        #expect(call.summary == "The callee said something")
        #expect(call.calleeTurns == 1)
        #expect(call.lifecycle.status == .completed)
        #expect(call.fields == ["confirmed": true])
    }

    @Test("Otherwise they are in the transcript, the events and the summary")
    func transcribed() async throws {
        let (call, events, isInDatabase) = try await call(transcribe: true)
        #expect(isInDatabase)
        #expect(events.count { $0.kind == .said } == 2)
        #expect(call.summary?.contains(Self.words) == true)
        #expect(call.calleeTurns == 1)
    }

    @Test(
        "What the call says about recording wins over the agent, for the line and for what the agent promises",
        arguments: [(nil, true), (true, true), (false, false)] as [(Bool?, Bool)]
    )
    func recording(asked: Bool?, isRecorded: Bool) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "trunkline-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await Workbench(configure: { $0.recordingsDirectory = directory }).run { bench in
            let placed = try await bench.place { $0.record = asked }
            let leg = try await bench.nextLeg()
            #expect((leg.request.recordingPath != nil) == isRecorded)
            for await brief in bench.conversations.briefs.stream {
                #expect(brief.agent.settings.record == isRecorded)
                break
            }
            // Whatever lies there is not the recording of a call that has none.
            _ = FileManager.default.createFile(atPath: "\(directory)/\(placed.id).wav", contents: Data("RIFF".utf8))
            leg.answer()
            let call = try await bench.ended(placed.id)
            #expect(call.recorded == isRecorded)
            #expect(call.isRecorded == isRecorded)
        }
    }

    @Test("Where recordings are not kept at all, the agent knows")
    func nowhere() async throws {
        try await Workbench().run { bench in
            _ = try await bench.place { $0.record = true }
            for await brief in bench.conversations.briefs.stream {
                #expect(!brief.agent.settings.record)
                break
            }
        }
    }
}
