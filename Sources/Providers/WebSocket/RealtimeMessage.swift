/// What a realtime server says, as far as it is of use. platform.openai.com/docs/api-reference/realtime-server-events
///
/// What is not as it should be where nothing depends on it is passed over: servers of others have members of their own.
struct RealtimeMessage: Decodable {
    /// What it is about, by the name that it has now; names of the preview stand for the same.
    enum Kind {
        case agreed
        case committed
        case transcribed
        case notTranscribed
        case began
        case sound
        case words
        case item
        case ended
        case error
    }

    struct Item: Decodable {
        var id: String?
        var type: String?
        var callID: String?
        var name: String?
        var arguments: String?

        private enum CodingKeys: String, CodingKey {
            case id, type, name, arguments
            case callID = "call_id"
        }
    }

    struct Response: Decodable {
        struct Details: Decodable {
            var reason: String?
            var error: Problem?
        }

        struct Usage: Decodable {
            var input: Int?
            var output: Int?

            private enum CodingKeys: String, CodingKey {
                case input = "input_tokens"
                case output = "output_tokens"
            }
        }

        var id: String?
        var status: String?
        var details: Details?
        var output: [Item]?
        var usage: Usage?

        init(from decoder: any Decoder) throws {
            let values = try decoder.container(keyedBy: CodingKeys.self)
            id = try? values.decode(String.self, forKey: .id)
            status = try? values.decode(String.self, forKey: .status)
            details = try? values.decode(Details.self, forKey: .details)
            output = try? values.decode([Item].self, forKey: .output)
            usage = try? values.decode(Usage.self, forKey: .usage)
        }

        private enum CodingKeys: String, CodingKey {
            case id, status, output, usage
            case details = "status_details"
        }
    }

    struct Problem: Decodable {
        var type: String?
        var code: String?
        var message: String?
        /// The event of ours that it is about.
        var eventID: String?

        private enum CodingKeys: String, CodingKey {
            case type, code, message
            case eventID = "event_id"
        }
    }

    var type: String
    var itemID: String?
    var responseID: String?
    var contentIndex: Int?
    var delta: String?
    var transcript: String?
    var item: Item?
    var response: Response?
    var error: Problem?

    /// Nil: nothing has to be done about it.
    var kind: Kind? {
        switch type {
        case "session.updated": .agreed
        case "input_audio_buffer.committed": .committed
        case "conversation.item.input_audio_transcription.completed": .transcribed
        case "conversation.item.input_audio_transcription.failed": .notTranscribed
        case "response.created": .began
        case "response.output_audio.delta", "response.audio.delta": .sound
        case "response.output_audio_transcript.delta", "response.audio_transcript.delta": .words
        case "response.output_item.done": .item
        case "response.done": .ended
        case "error": .error
        default: nil
        }
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        type = try values.decode(String.self, forKey: .type)
        itemID = try? values.decode(String.self, forKey: .itemID)
        responseID = try? values.decode(String.self, forKey: .responseID)
        contentIndex = try? values.decode(Int.self, forKey: .contentIndex)
        delta = try? values.decode(String.self, forKey: .delta)
        transcript = try? values.decode(String.self, forKey: .transcript)
        item = try? values.decode(Item.self, forKey: .item)
        response = try? values.decode(Response.self, forKey: .response)
        error = try? values.decode(Problem.self, forKey: .error)
    }

    private enum CodingKeys: String, CodingKey {
        case type, delta, transcript, item, response, error
        case itemID = "item_id"
        case responseID = "response_id"
        case contentIndex = "content_index"
    }
}
