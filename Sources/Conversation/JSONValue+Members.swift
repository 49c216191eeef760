package import Calls

extension JSONValue {
    /// The member of that name, if this is an object that has it.
    package subscript(_ name: String) -> JSONValue? { member(name) }
}
