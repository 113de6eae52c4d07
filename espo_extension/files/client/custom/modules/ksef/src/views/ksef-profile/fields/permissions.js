/** The rights that the last connection test found, those that EspoCRM does not need set apart. */
define('modules/ksef/views/ksef-profile/fields/permissions', [
    'views/fields/base',
    'modules/ksef/messages/message-text',
    'modules/ksef/profile/unneeded-rights',
], (Base, MessageText, unneededRights) => class extends Base {
    detailTemplateContent = `
        {{#each rights}}<span class="label label-md label-{{style}}" style="display: inline-block"
            {{#if title}}title="{{title}}"{{/if}}>{{words}}</span> {{/each}}
        {{#unless rights.length}}<span class="none-value">{{translate 'None'}}</span>{{/unless}}`

    getAttributeList() {
        return [this.name, 'connectionParams', 'permissionsParams', 'acknowledgedParams'];
    }

    data() {
        const texts = MessageText.of(this);
        const unneeded = unneededRights.of(this.model);
        const title = this.translate('unneededRight', 'messages', 'KsefProfile');

        const shown = right => ({
            words: texts.right(right),
            style: unneeded.has(right) ? 'warning' : 'default',
            title: unneeded.has(right) ? title : '',
        });

        return {...super.data(), rights: (this.model.get(this.name) || []).map(shown)};
    }
});
