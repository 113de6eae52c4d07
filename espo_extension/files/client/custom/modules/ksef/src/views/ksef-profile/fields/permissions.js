define('modules/ksef/views/ksef-profile/fields/permissions', ['views/fields/json-object'], Dep => class extends Dep {});
