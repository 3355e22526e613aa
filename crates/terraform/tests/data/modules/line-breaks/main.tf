variable "case" {
  default     = "upper"
  description = <<-EOT
    Which case.
    Several lines.
  EOT
}

locals {
  names = ["a", "b"]
  cased = { for name in local.names : name => var.case == "none" ? name :
    var.case == "title" ? title(lower(name)) : # not this one
    var.case == "upper" ? upper(name) : lower(name)
  }
  sum = (1
    + 2
    /* and
       three */
    + 3
  )
  list = [for
    name in
    local.names
    : "${name == "a"
      ? "first"
      : "other"}"
    if
    name != "z"
  ]
  nested = { for name in local.names : name => {
    inner = upper(name)
    list  = [1, 2,
      3,
    ]
  } if name != "b" }
  call = join(
    "-",
    [
      "x",
      <<-EOT
        y
      EOT
      ,
    ]
  )
  empty = <<EOT
EOT
  after = <<-EOT
    after
  EOT
  lookup = lookup({
    a = 1
    b = 2
  }, "a")
  condition = (var.case == "upper" &&
    var.case != "lower" ||
  false)
}

output "cased" { value = local.cased }
output "sum" { value = local.sum }
output "list" { value = local.list }
output "nested" { value = local.nested }
output "call" { value = local.call }
output "empty" { value = [local.empty, local.after] }
output "lookup" { value = [local.lookup, local.condition] }
