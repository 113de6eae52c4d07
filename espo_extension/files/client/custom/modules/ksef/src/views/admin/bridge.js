define('modules/ksef/views/admin/bridge', ['views/settings/record/edit'], Dep => class extends Dep {});
