output "t" { value = templatefile("x.tpl", { a = { x = [1], y = [] } }) }
