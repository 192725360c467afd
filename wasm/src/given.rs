//! Objects as JavaScript gives them, read member by member. `serde-wasm-bindgen` would bring along how numbers with a point are written and
//! what a value is instead of what it should be, 9 kB of the module, and a getter for each member its name with a digest.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// An object. `src/js` has looked at what is in it, and has copied it: reading a member calls nobody.
    pub type Given;

    #[wasm_bindgen(method, structural, indexing_getter)]
    fn member(this: &Given, name: &str) -> JsValue;

    #[wasm_bindgen(js_namespace = Object, js_name = keys)]
    fn keys(of: &Given) -> Vec<String>;
}

impl Given {
    #[inline(never)]
    pub fn text(&self, name: &str) -> Option<String> {
        self.member(name).as_string()
    }

    #[inline(never)]
    pub fn number(&self, name: &str) -> Option<f64> {
        self.member(name).as_f64()
    }

    /// A whole number, from 0 on.
    #[inline(never)]
    pub fn whole(&self, name: &str) -> Option<u32> {
        self.number(name).map(|number| number as u32)
    }

    #[inline(never)]
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.member(name).as_bool()
    }

    #[inline(never)]
    pub fn object(&self, name: &str) -> Option<Self> {
        let member = self.member(name);
        member.is_object().then(|| member.unchecked_into())
    }

    /// The items of a list that are pairs of strings.
    #[cfg(feature = "exchange")]
    pub fn pairs(&self, name: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let Some(list) = self.object(name) else { return pairs };
        for place in keys(&list) {
            let Some(pair) = list.object(&place) else { continue };
            if let (Some(one), Some(other)) = (pair.text("0"), pair.text("1")) {
                pairs.push((one, other));
            }
        }
        pairs
    }

    /// The items of a list that are strings.
    pub fn values(&self) -> Vec<String> {
        self.texts().into_iter().map(|(_, value)| value).collect()
    }

    /// The members that are objects, or lists.
    pub fn objects(&self) -> Vec<(String, Self)> {
        keys(self).into_iter().filter_map(|name| self.object(&name).map(|object| (name, object))).collect()
    }

    /// The members that are strings.
    pub fn texts(&self) -> Vec<(String, String)> {
        let mut texts = Vec::new();
        for name in keys(self) {
            if let Some(text) = self.text(&name) {
                texts.push((name, text));
            }
        }
        texts
    }
}
