; One match makes one thing: the capture without a dot is the thing, the captures with a dot are its parts.

(package_clause (package_identifier) @package.name) @package

(function_declaration
  name: (identifier) @function.name
  parameters: (parameter_list) @function.parameters
  result: (_)? @function.result
  body: (block)? @function.body) @function

(method_declaration
  receiver: (parameter_list) @function.receiver
  name: (field_identifier) @function.name
  parameters: (parameter_list) @function.parameters
  result: (_)? @function.result
  body: (block)? @function.body) @function

(type_spec name: (type_identifier) @type.name type: (_) @type.kind) @type
(type_alias name: (type_identifier) @type.name type: (_) @type.kind) @type

(field_declaration name: (field_identifier) @field.name type: (_) @field.type) @field
(field_declaration !name type: (_) @field.type) @field
(method_elem name: (field_identifier) @field.name parameters: (parameter_list) @field.type) @field

(const_spec name: (identifier) @constant.name type: (_)? @constant.of value: (_)? @constant.value) @constant
(var_spec name: (identifier) @variable.name type: (_)? @variable.of value: (_)? @variable.value) @variable

(call_expression function: (_) @call.callee) @call

(assignment_statement left: (expression_list (selector_expression) @assign.target)) @assign
(assignment_statement left: (expression_list (index_expression) @assign.target)) @assign
(inc_statement (selector_expression) @assign.target) @assign
(dec_statement (selector_expression) @assign.target) @assign
(inc_statement (index_expression) @assign.target) @assign
(dec_statement (index_expression) @assign.target) @assign

(send_statement channel: (_) @send.operand) @send
(unary_expression operator: "<-" operand: (_) @receive.operand) @receive
(go_statement (_) @spawn.operand) @spawn
(select_statement) @select
