/// Reads one member of a policy's document.
struct PolicyReader {
    let path: String
    let value: JSONValue

    func truth() throws(DialPolicyProblem) -> Bool {
        guard case .bool(let truth) = value else { throw problem("expected true or false") }
        return truth
    }

    func integer(in range: ClosedRange<Int64>) throws(DialPolicyProblem) -> Int {
        guard case .integer(let number) = value, range.contains(number) else {
            throw problem("expected a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return Int(number)
    }

    func word<Word: RawRepresentable<String> & CaseIterable>() throws(DialPolicyProblem) -> Word {
        guard case .string(let text) = value, let word = Word(rawValue: text) else {
            throw problem("expected one of \(Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return word
    }

    /// The members of an object, in the order of their names, none but `accepted`.
    func members(_ accepted: [String]) throws(DialPolicyProblem) -> [(name: String, value: JSONValue)] {
        let names = accepted.joined(separator: ", ")
        guard case .object(let members) = value else { throw problem("expected an object with \(names)") }
        if let unknown = members.keys.sorted().first(where: { !accepted.contains($0) }) {
            throw DialPolicyProblem(path: "\(path).\(unknown)", message: "there is no such member; expected \(names)")
        }
        return members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
    }

    func countries() throws(DialPolicyProblem) -> [String] {
        let expected =
            "expected \"all\", or a list of countries like [\"US\", \"DE\"] (ISO 3166); \"001\" for no country's"
        guard case .array(let values) = value, values.count <= 300 else { throw problem(expected) }
        var countries: [String] = []
        for value in values {
            guard case .string(let text) = value, Self.isCountry(text) else { throw problem(expected) }
            countries.append(text)
        }
        return countries
    }

    func frequency() throws(DialPolicyProblem) -> DialPolicy.Frequency {
        var frequency = DialPolicy.Frequency(calls: 0, hours: 0)
        for (name, value) in try members(["calls", "hours"]) {
            let member = PolicyReader(path: "\(path).\(name)", value: value)
            if name == "calls" {
                frequency.calls = try member.integer(in: 1...1000)
            } else {
                frequency.hours = try member.integer(in: 1...24 * 366)
            }
        }
        guard frequency.calls > 0, frequency.hours > 0 else {
            throw problem("expected both 'calls' and 'hours', as in {\"calls\": 3, \"hours\": 24}")
        }
        return frequency
    }

    /// Days that are not named stay as they are.
    func windows(over hours: CallingHours) throws(DialPolicyProblem) -> CallingHours {
        var windows = hours.windows
        for (name, value) in try members(CallingHours.Weekday.allCases.map(\.rawValue)) where value != .null {
            guard let day = CallingHours.Weekday(rawValue: name) else { continue }
            let expected =
                "expected a list of windows like [\"08:00-12:00\", \"13:00-21:00\"], empty for a day without calls"
            let refused = DialPolicyProblem(path: "\(path).\(name)", message: expected)
            guard case .array(let texts) = value, texts.count <= 24 else { throw refused }
            var parsed: [CallingHours.Window] = []
            for text in texts {
                guard case .string(let text) = text, let window = CallingHours.Window(text) else { throw refused }
                parsed.append(window)
            }
            windows[day] = parsed
        }
        return CallingHours(windows: windows)
    }

    /// Two capital letters, or `001`.
    private static func isCountry(_ text: String) -> Bool {
        let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
        return text == "001" || text.utf8.count == 2 && text.utf8.allSatisfy(letters.contains)
    }

    private func problem(_ message: String) -> DialPolicyProblem {
        DialPolicyProblem(path: path, message: message)
    }
}
