import FoundationEssentials

extension PersonScript {
    /// The people in a directory: every file in it that ends in `.yaml` or `.yml`, by name. Two may not share a number.
    package static func people(in directory: String) throws(ScriptError) -> [PersonScript] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw ScriptError(source: directory, line: nil, problem: "this directory of people cannot be read")
        }
        var people: [LabNumber.Digits: PersonScript] = [:]
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            let path = "\(directory)/\(name)"
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ScriptError(source: path, line: nil, problem: "this file cannot be read")
            }
            let person = try PersonScript(yaml: String(decoding: data, as: UTF8.self), source: path)
            if let other = people.updateValue(person, forKey: person.number) {
                throw ScriptError(
                    source: path,
                    line: nil,
                    problem: "\(person.number) is the number of '\(other.name)' too"
                )
            }
        }
        return people.values.sorted { $0.number.text < $1.number.text }
    }
}
