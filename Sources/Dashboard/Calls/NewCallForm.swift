import Calls
import Engine
import FoundationEssentials
import PhoneNumbers

/// What was filled in on the page for a new call.
struct NewCallForm {
    var agent: String?
    var mode: CallMode
    /// As it was typed.
    var number: String
    /// Values by the names of the agent's placeholders.
    var variables: [String: String]
    /// Names this form, so that a button that is pressed twice places one call.
    var request: String

    init(_ fields: FormFields) {
        agent = fields["agent"]
        mode = fields["mode"].flatMap(CallMode.init(rawValue:)) ?? .test
        number = fields["to"] ?? ""
        variables = fields.members("variable.")
        request = fields["request"] ?? UserControl.visitorSecret()
    }

    /// What the number is, or why it is none. Nil while nothing was typed.
    var destination: Result<PhoneNumber, NumberFault>? {
        guard !number.isEmpty else { return nil }
        do throws(NumberFault) {
            return .success(try PhoneNumber(written: number))
        } catch {
            return .failure(error)
        }
    }

    /// Nil until agent and number are there.
    var placement: CallControl.Placement? {
        guard let agent, case .success(let destination)? = destination else { return nil }
        var values: [String: JSONValue] = [:]
        for (name, value) in variables { values[name] = .string(value) }
        return CallControl.Placement(
            agent: agent,
            from: nil,
            request: CallRequest(destination: destination, mode: mode, variables: values)
        )
    }

    /// The same request under the same name is carried out once.
    var idempotencyKey: CallControl.IdempotencyKey {
        let values = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return CallControl.IdempotencyKey(
            request,
            door: "dashboard",
            request: ([agent ?? "", mode.rawValue, number] + values).joined(separator: "\n")
        )
    }
}

extension Agent {
    /// What has to be known to call for this agent, and what it is unless somebody says otherwise. Sorted by name, what must be given first.
    var placeholders: [(name: String, standard: String?)] {
        let required = Template.requiredVariables(of: self).map { (name: $0, standard: String?.none) }
        let defaults = defaults.sorted { $0.key < $1.key }.map {
            (name: $0.key, standard: String?.some($0.value.spoken))
        }
        return required + defaults
    }
}
