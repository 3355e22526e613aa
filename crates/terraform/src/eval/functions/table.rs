//! The table of functions, sorted by name.

use super::Takes::{self, Any, Entries, Sequence, String, Strings};
use super::Treats::{Itself, Marks, Structure, Whole};
use super::{Function, Run, Treats};
use super::{
    arn, collection, convert_to, crypto, encoding, file, fileset, format, gzip, hash, hcl, map, network,
    number, pattern, set, text, time, uuid, yaml,
};
use crate::value::Type;

const NUMBER: Takes = Takes::Number;
const VALUE: Takes = Takes::Value;

/// A function that needs its arguments whole.
const fn whole(
    name: &'static str,
    parameters: &'static [Takes],
    returns: fn() -> Type,
    run: Run,
) -> Function {
    Function { name, parameters, rest: None, optional: 0, returns, treats: Whole, run }
}

/// A function that moves values about.
const fn moves(name: &'static str, parameters: &'static [Takes], run: Run) -> Function {
    Function { name, parameters, rest: None, optional: 0, returns: dynamic, treats: Structure, run }
}

impl Function {
    const fn rest(mut self, takes: Takes) -> Function {
        self.rest = Some(takes);
        self
    }

    const fn optional(mut self, count: usize) -> Function {
        self.optional = count;
        self
    }

    const fn returns(mut self, returns: fn() -> Type) -> Function {
        self.returns = returns;
        self
    }

    const fn treats(mut self, treats: Treats) -> Function {
        self.treats = treats;
        self
    }
}

fn text_type() -> Type {
    Type::String
}

fn number_type() -> Type {
    Type::Number
}

fn bool_type() -> Type {
    Type::Bool
}

fn texts_type() -> Type {
    Type::List(Box::new(Type::String))
}

fn file_names_type() -> Type {
    Type::Set(Box::new(Type::String))
}

fn dynamic() -> Type {
    Type::Dynamic
}

/// All functions but those that see their arguments unevaluated.
pub(super) static FUNCTIONS: &[Function] = &[
    whole("abs", &[NUMBER], number_type, number::abs),
    whole("abspath", &[String], text_type, file::abspath),
    whole("alltrue", &[Sequence], bool_type, collection::alltrue),
    whole("anytrue", &[Sequence], bool_type, collection::anytrue),
    whole("base64decode", &[String], text_type, encoding::base64decode),
    whole("base64encode", &[String], text_type, encoding::base64encode),
    whole("base64gzip", &[String], text_type, gzip::base64gzip),
    whole("base64sha256", &[String], text_type, hash::base64sha256),
    whole("base64sha512", &[String], text_type, hash::base64sha512),
    whole("basename", &[String], text_type, file::basename),
    whole("bcrypt", &[String], text_type, crypto::bcrypt).rest(NUMBER),
    whole("ceil", &[NUMBER], number_type, number::ceil),
    whole("chomp", &[String], text_type, text::chomp),
    moves("chunklist", &[Sequence, NUMBER], collection::chunklist),
    whole("cidrhost", &[String, NUMBER], text_type, network::cidrhost),
    whole("cidrnetmask", &[String], text_type, network::cidrnetmask),
    whole("cidrsubnet", &[String, NUMBER, NUMBER], text_type, network::cidrsubnet),
    whole("cidrsubnets", &[String], texts_type, network::cidrsubnets).rest(NUMBER),
    moves("coalesce", &[], collection::coalesce).rest(Any).treats(Marks),
    moves("coalescelist", &[], collection::coalescelist).rest(Any),
    whole("compact", &[Strings], texts_type, collection::compact),
    moves("concat", &[], collection::concat).rest(Sequence),
    whole("contains", &[Sequence, VALUE], bool_type, collection::contains),
    whole("csvdecode", &[String], dynamic, encoding::csvdecode),
    whole("dirname", &[String], text_type, file::dirname),
    whole("distinct", &[Sequence], dynamic, collection::distinct),
    moves("element", &[Sequence, NUMBER], collection::element),
    whole("endswith", &[String, String], bool_type, text::endswith),
    moves("ephemeralasnull", &[Any], convert_to::ephemeralasnull).treats(Itself),
    whole("file", &[String], text_type, file::file),
    whole("filebase64", &[String], text_type, file::filebase64),
    whole("filebase64sha256", &[String], text_type, file::filebase64sha256),
    whole("filebase64sha512", &[String], text_type, file::filebase64sha512),
    whole("fileexists", &[String], bool_type, file::fileexists),
    whole("filemd5", &[String], text_type, file::filemd5),
    whole("fileset", &[String, String], file_names_type, fileset::fileset),
    whole("filesha1", &[String], text_type, file::filesha1),
    whole("filesha256", &[String], text_type, file::filesha256),
    whole("filesha512", &[String], text_type, file::filesha512),
    moves("flatten", &[Sequence], collection::flatten).treats(Itself),
    whole("floor", &[NUMBER], number_type, number::floor),
    whole("format", &[String], text_type, format::format).rest(Takes::Typed),
    whole("formatdate", &[String, String], text_type, time::formatdate),
    whole("formatlist", &[String], texts_type, format::formatlist).rest(Takes::Typed),
    whole("indent", &[NUMBER, String], text_type, text::indent),
    whole("index", &[Sequence, VALUE], number_type, collection::index),
    moves("issensitive", &[Any], convert_to::issensitive).treats(Itself),
    whole("join", &[String], text_type, text::join).rest(Strings),
    whole("jsondecode", &[String], dynamic, encoding::jsondecode),
    whole("jsonencode", &[Any], text_type, encoding::jsonencode),
    moves("keys", &[Entries], map::keys),
    moves("length", &[VALUE], collection::length).returns(number_type),
    whole("log", &[NUMBER, NUMBER], number_type, number::log),
    moves("lookup", &[Entries, String, Any], map::lookup).optional(1),
    whole("lower", &[String], text_type, text::lower),
    moves("matchkeys", &[Sequence, Sequence, Sequence], collection::matchkeys).treats(Whole),
    whole("max", &[NUMBER], number_type, number::max).rest(NUMBER),
    whole("md5", &[String], text_type, hash::md5),
    moves("merge", &[], map::merge).rest(Any),
    whole("min", &[NUMBER], number_type, number::min).rest(NUMBER),
    moves("nonsensitive", &[Any], convert_to::nonsensitive).treats(Itself),
    moves("one", &[Sequence], collection::one),
    whole("parseint", &[VALUE, NUMBER], number_type, number::parseint),
    whole("pathexpand", &[String], text_type, file::pathexpand),
    moves("plantimestamp", &[], time::now),
    whole("pow", &[NUMBER, NUMBER], number_type, number::pow),
    whole("provider::aws::arn_build", &[String, String, String, String, String], text_type, arn::arn_build),
    whole("provider::aws::arn_parse", &[String], dynamic, arn::arn_parse),
    whole("provider::aws::trim_iam_role_path", &[String], text_type, arn::trim_iam_role_path),
    whole("provider::terraform::decode_tfvars", &[String], dynamic, hcl::decode_tfvars),
    whole("provider::terraform::encode_expr", &[Any], text_type, hcl::encode_expr),
    whole("provider::terraform::encode_tfvars", &[Entries], text_type, hcl::encode_tfvars),
    whole("range", &[NUMBER], dynamic, collection::range).rest(NUMBER),
    whole("regex", &[String, String], dynamic, pattern::regex),
    whole("regexall", &[String, String], dynamic, pattern::regexall),
    whole("replace", &[String, String, String], text_type, pattern::replace),
    moves("reverse", &[Sequence], collection::reverse),
    whole("rsadecrypt", &[String, String], text_type, crypto::rsadecrypt),
    moves("sensitive", &[Any], convert_to::sensitive).treats(Itself),
    whole("setintersection", &[Sequence], dynamic, set::intersection).rest(Sequence),
    moves("setproduct", &[], set::product).rest(Sequence),
    whole("setsubtract", &[Sequence, Sequence], dynamic, set::subtract),
    whole("setunion", &[Sequence], dynamic, set::union).rest(Sequence),
    whole("sha1", &[String], text_type, hash::sha1),
    whole("sha256", &[String], text_type, hash::sha256),
    whole("sha512", &[String], text_type, hash::sha512),
    whole("signum", &[NUMBER], number_type, number::signum),
    moves("slice", &[Sequence, NUMBER, NUMBER], collection::slice),
    whole("sort", &[Strings], texts_type, collection::sort),
    whole("split", &[String, String], texts_type, text::split),
    whole("startswith", &[String, String], bool_type, text::startswith),
    whole("strcontains", &[String, String], bool_type, text::strcontains),
    whole("strrev", &[String], text_type, text::strrev),
    whole("substr", &[String, NUMBER, NUMBER], text_type, text::substr),
    whole("sum", &[Sequence], number_type, number::sum),
    whole("textdecodebase64", &[String, String], text_type, encoding::textdecodebase64),
    whole("textencodebase64", &[String, String], text_type, encoding::textencodebase64),
    whole("timeadd", &[String, String], text_type, time::timeadd),
    whole("timecmp", &[String, String], number_type, time::timecmp),
    moves("timestamp", &[], time::now),
    whole("title", &[String], text_type, text::title),
    moves("tobool", &[Any], convert_to::tobool).treats(Itself),
    moves("tolist", &[Any], convert_to::tolist).treats(Itself),
    moves("tomap", &[Any], convert_to::tomap).treats(Itself),
    moves("tonumber", &[Any], convert_to::tonumber).treats(Itself),
    moves("toset", &[Any], convert_to::toset).treats(Itself),
    moves("tostring", &[Any], convert_to::tostring).treats(Itself),
    moves("transpose", &[Entries], map::transpose).treats(Whole),
    whole("trim", &[String, String], text_type, text::trim),
    whole("trimprefix", &[String, String], text_type, text::trimprefix),
    whole("trimspace", &[String], text_type, text::trimspace),
    whole("trimsuffix", &[String, String], text_type, text::trimsuffix),
    whole("upper", &[String], text_type, text::upper),
    whole("urlencode", &[String], text_type, encoding::urlencode),
    moves("uuid", &[], uuid::uuid),
    whole("uuidv5", &[String, String], text_type, uuid::uuidv5),
    moves("values", &[Entries], map::values),
    whole("yamldecode", &[String], dynamic, yaml::yamldecode),
    whole("yamlencode", &[Any], text_type, yaml::yamlencode),
    moves("zipmap", &[Strings, Sequence], map::zipmap),
];
